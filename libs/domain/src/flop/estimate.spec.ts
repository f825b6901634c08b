import { architectureFlop, hardwareFlop } from './estimate.js';
import { accelerators } from './accelerators.js';

describe('the architecture method', () => {
  it.each([
    [3.8e9, 3.3e12, 75_240_000_000_000_000_000_000n],
    [0.6e9, 36e12, 129_600_000_000_000_000_000_000n],
    [49e9, 33e12, 9_702_000_000_000_000_000_000_000n],
  ])('gives 6 × %d × %d exactly', (parameters, tokens, expected) => {
    expect(architectureFlop({ parameters, tokens })).toBe(expected);
  });
});

describe('the hardware method', () => {
  const h100 = { accelerator: 'H100 SXM5', precision: 'bf16', utilisation: 0.5 };

  it('multiplies devices, seconds, peak throughput and utilisation exactly', () => {
    expect(hardwareFlop({ ...h100, count: 1, hours: 370_000 })).toBe(658_940_400_000_000_000_000_000n);
  });

  it('does not lose the decimals of hours and utilisation', () => {
    // 0.1 h = 360 s at 0.3 of 989.4 TFLOP/s
    expect(hardwareFlop({ ...h100, count: 1, hours: 0.1, utilisation: 0.3 })).toBe(106_855_200_000_000_000n);
  });

  it('takes the peak of the precision', () => {
    const fp8 = hardwareFlop({ ...h100, precision: 'FP8', count: 1, hours: 1 });
    expect(fp8).toBe(3_562_200_000_000_000_000n);
  });

  it('leaves an unknown accelerator or precision unknown', () => {
    expect(hardwareFlop({ ...h100, precision: 'int4', count: 1, hours: 1 })).toBeUndefined();
    expect(hardwareFlop({ ...h100, accelerator: 'A100', precision: 'fp8', count: 1, hours: 1 })).toBeUndefined();
  });

  it.each([
    ['NVIDIA H100 SXM5 80GB', 'H100 SXM5'],
    ['h100-sxm', 'H100 SXM5'],
    ['NVIDIA A100 SXM4 40 GB', 'A100'],
    ['Google TPU v4', 'TPU v4'],
    ['AMD Radeon Instinct MI250X', 'MI250X'],
    ['NVIDIA B300 (Blackwell Ultra)', 'B300'],
    ['Amazon Trainium1', 'Trainium1'],
  ])('takes %s as %s', (accelerator, inTable) => {
    const use = { ...h100, count: 8, hours: 24 };
    expect(hardwareFlop({ ...use, accelerator })).toBe(hardwareFlop({ ...use, accelerator: inTable }));
    expect(hardwareFlop({ ...use, accelerator })).toBeDefined();
  });

  it.each(['H100', 'NVIDIA RTX A1000', 'Huawei Ascend 910B', 'A800 PCIe 40 GB', '', 'constructor'])(
    'makes nothing up for %j',
    (accelerator) => {
      expect(hardwareFlop({ ...h100, accelerator, count: 1, hours: 1 })).toBeUndefined();
    },
  );

  it('has one row a device', () => {
    const names = accelerators.map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });
});
