import { article52 } from './article-52.js';
import { article53 } from './article-53.js';
import { article54 } from './article-54.js';
import { article55 } from './article-55.js';
import { codeIncidents } from './code-incidents.js';
import { safetySecurity } from './code-safety-security.js';
import { transparencyAndCopyright } from './code-transparency-copyright.js';
import { enforcementDuties } from './enforcement.js';
import { parameters } from './parameters.js';
import type { Parameters } from './parameter.js';
import type { ObligationRule } from './rule.js';

/** The dated law: parameters and the rulebook of obligations. */
export type Regulation = {
  readonly version: string;
  readonly parameters: Parameters;
  readonly obligations: readonly ObligationRule[];
};

/** Chapter V of Regulation (EU) 2024/1689 with Guidelines and Code of Practice, as of 23 November 2026. */
export const regulation: Regulation = {
  version: '2026-11-24',
  parameters,
  obligations: [
    ...article52,
    ...article53,
    ...article54,
    ...article55,
    ...enforcementDuties,
    ...transparencyAndCopyright,
    ...safetySecurity,
    ...codeIncidents,
  ],
};
