/** Which obligation a published document of a kind is evidence for. A kind that is not here waits for a person. */
const obligationByKind: Readonly<Record<string, string>> = {
  technical_documentation: 'art-53-1-a-technical-documentation',
  downstream_documentation: 'art-53-1-b-downstream-documentation',
  copyright_policy: 'art-53-1-c-copyright-policy',
  training_content_summary: 'art-53-1-d-training-content-summary',
  model_evaluation: 'art-55-1-a-model-evaluation',
  systemic_risk_assessment: 'art-55-1-b-assess-mitigate-systemic-risk',
  cybersecurity: 'art-55-1-d-cybersecurity',
};

/** Kinds are compared without regard to case and to `-` or a space for `_`. */
export function obligationOfDocumentation(kind: string): string | undefined {
  const word = kind.toLowerCase().replaceAll(/[\s-]+/g, '_');
  return Object.hasOwn(obligationByKind, word) ? obligationByKind[word] : undefined;
}

export const documentationKinds: readonly string[] = Object.keys(obligationByKind);
