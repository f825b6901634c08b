/** Peak dense throughput of one device, in 10^9 FLOP/s, by precision. */
export type Accelerator = {
  readonly name: string;
  readonly peakGflops: Readonly<Partial<Record<Precision, number>>>;
  readonly note?: string;
};
export type Precision = 'bf16' | 'fp8';

/** Which edition of the table an estimate rests on. */
export const acceleratorTableVersion = '2026-07-19';

/** Where the figures are from: the source links each vendor's data sheet. */
export const acceleratorTableSource =
  'Epoch AI, Machine Learning Hardware (CC BY 4.0), copy of 2026-07-19; H100 NVL and L40S: pytorch/torchtitan, utils.py';

const device = (name: string, bf16Tflops: number, fp8Tflops?: number, note?: string): Accelerator => ({
  name,
  peakGflops: {
    bf16: Math.round(bf16Tflops * 1000),
    ...(fp8Tflops === undefined ? {} : { fp8: Math.round(fp8Tflops * 1000) }),
  },
  ...(note === undefined ? {} : { note }),
});

/**
 * Dense figures, never those "with sparsity", which are twice as high. A card with two chips that tools count
 * separately is listed as a card and as one of its chips.
 */
export const accelerators: readonly Accelerator[] = [
  device('V100 SXM2', 125),
  device('A100', 312),
  device('H100 SXM5', 989.4, 1979),
  device('H100 PCIe', 756),
  device('H100 NVL', 835),
  device('H200 SXM', 989.5, 1979),
  device('GH200', 989.5, 1979),
  device('H800 SXM', 989, 1979),
  device('H20', 148, 296),
  device('B200', 2250, 4500),
  device('GB200', 2500, 5000, 'per GPU, not per superchip of two'),
  device('B300', 2250, 4500),
  device('GB300', 2500, 5000, 'per GPU'),
  device('L40S', 362),
  device('MI250X', 383, undefined, 'the card with its two dies'),
  device('MI250X GCD', 191.5, undefined, 'one die, which is what ROCm tools count'),
  device('MI300X', 1307.4),
  device('MI325X', 1307.4),
  device('MI355X', 2516.6, 4600),
  device('TPU v3', 123, undefined, 'per chip, as all TPU figures'),
  device('TPU v4', 275),
  device('TPU v5e', 197),
  device('TPU v5p', 459),
  device('TPU v6e', 918, 918),
  device('TPU v7', 2307, 4614),
  device('Gaudi 2', 450, 865),
  device('Gaudi 3', 1678, 1678),
  device('Trainium1', 190),
  device('Trainium2', 667, 1299),
  device('Trainium3', 671, 2517),
];

const byName = new Map(accelerators.map((accelerator) => [plainName(accelerator.name), accelerator]));

/** What vendors and tools call the same device; the left-hand sides are plain names. */
const otherNames: Readonly<Record<string, string>> = {
  a100sxm: 'a100',
  a100sxm4: 'a100',
  a100pcie: 'a100',
  h100sxm: 'h100sxm5',
  h100hbm3: 'h100sxm5',
  h200: 'h200sxm',
  h200sxm5: 'h200sxm',
  h800sxm5: 'h800sxm',
  v100sxm: 'v100sxm2',
  radeoninstinctmi250x: 'mi250x',
  instinctmi250x: 'mi250x',
  instinctmi300x: 'mi300x',
  instinctmi325x: 'mi325x',
  instinctmi355x: 'mi355x',
  tpuv6etrillium: 'tpuv6e',
  tpuv7ironwood: 'tpuv7',
  b300blackwellultra: 'b300',
  gb300blackwellultra: 'gb300',
};

/** Without maker, memory size and punctuation: `NVIDIA H100-SXM5 80GB` is `h100sxm5`. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/\b(?:nvidia|amd|google|intel|habana|amazon|aws|tesla)\b/g, '')
    .replace(/\b\d+ ?gi?b\b/g, '')
    .replace(/[^a-z0-9]/g, '');
}

const precisions: ReadonlyMap<string, Precision> = new Map([
  ['bf16', 'bf16'],
  ['bfloat16', 'bf16'],
  ['fp16', 'bf16'],
  ['float16', 'bf16'],
  ['half', 'bf16'],
  ['fp8', 'fp8'],
  ['float8', 'fp8'],
]);

/**
 * Peak throughput of one device in 10^9 FLOP/s; undefined where the table has no such device or no figure for that
 * precision. An unknown accelerator stays unknown: another one's figure would be an invention. So does a bare `H100`,
 * since its two forms differ.
 */
export function peakGflopsOf(accelerator: string, precision: string): number | undefined {
  const known = precisions.get(precision.trim().toLowerCase());
  if (known === undefined) return undefined;
  return byName.get(nameInTable(plainName(accelerator)))?.peakGflops[known];
}

function nameInTable(name: string): string {
  return Object.hasOwn(otherNames, name) ? (otherNames[name] ?? name) : name;
}
