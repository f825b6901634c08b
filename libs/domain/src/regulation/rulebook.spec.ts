import { regulation } from './regulation.js';

const { obligations, parameters } = regulation;

/** Every row of the reference, statute and Code, right and act of an authority. */
const expected = `
  art-52-1-notify-commission art-52-2-rebuttal-arguments art-52-2-renotify-on-change art-52-5-reassessment-request
  art-53-1-a-technical-documentation art-53-1-a-provide-on-request art-53-1-b-downstream-documentation
  art-53-1-c-copyright-policy art-53-1-d-training-content-summary art-53-1-d-summary-update art-53-3-cooperation
  art-53-4-demonstrate-compliance art-54-1-appoint-authorised-representative art-54-2-enable-representative
  art-54-3-representative-tasks art-54-4-addressee art-54-5-representative-terminate art-55-1-a-model-evaluation
  art-55-1-b-assess-mitigate-systemic-risk art-55-1-c-serious-incident-reporting art-55-1-d-cybersecurity
  art-55-2-demonstrate-compliance art-89-2-downstream-complaint art-91-respond-information-request
  art-92-provide-model-access art-93-comply-with-measures art-93-3-binding-commitments art-89-1-monitoring
  art-56-5-code-reporting art-90-qualified-alert art-94-procedural-rights art-78-confidentiality art-101-hearing
  code-t-1-1-model-documentation code-t-1-2-contact code-t-1-2-ai-office code-t-1-2-downstream-14d code-t-1-3-quality
  code-c-1-1 code-c-1-2 code-c-1-3 code-c-1-4 code-c-1-5 code-s-1-1-framework-confirmed code-s-1-2-full-assessment
  code-s-1-3-framework-assessment code-s-1-4-framework-access code-s-3-5-post-market-monitoring
  code-s-7-7-model-report-at-placing code-s-7-6-model-report-update code-s-7-6-six-monthly code-s-7-7-update-access
  code-s-9-3-initial-report code-s-9-3-intermediate-report code-s-9-3-final-report code-s-9-4-retention
  code-s-10-1-documentation code-s-10-2-public-summary code-s-a2-2-lost-reference code-s-a3-4-evaluation-time
  code-s-a4-3-access-review`
  .trim()
  .split(/\s+/);

describe('the rulebook', () => {
  const ids = obligations.map(({ id }) => id);

  it('gives every obligation an id of its own', () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has every row, and no other', () => {
    expect([...ids].sort()).toEqual([...expected].sort());
  });

  it.each(obligations.map((rule) => [rule.id, rule] as const))('says where a lawyer can check %s', (id, rule) => {
    expect(id).toMatch(/^(art|code)-[a-z0-9-]+$/);
    expect(rule.source).toMatch(/^(Regulation \(EU\) 2024\/1689|GPAI Code of Practice), \S/);
    expect(rule.provision).not.toBe('');
    expect(rule.title).not.toBe('');
    expect(rule.publishedOn <= rule.effectiveFrom).toBe(true);
  });

  it.each(obligations.map((rule) => [rule.id, rule.terms] as const))('says in words what %s is', (_, terms) => {
    for (const words of [terms.who, terms.trigger, terms.appliesWhen, terms.due]) expect(words).toMatch(/\S{2}/);
    for (const words of Object.values(terms)) expect(words).not.toBe('');
    for (const detailed of terms.details) expect(ids).toContain(detailed);
  });

  it('links every measure of the Code to the duty of the Act that it details', () => {
    for (const { id, terms } of obligations) {
      if (id.startsWith('code-')) expect(terms.details).not.toEqual([]);
    }
  });

  it('says when it is exempt exactly where an exemption is looked at', () => {
    const exempted = obligations.filter(({ exemption }) => exemption !== undefined).map(({ id }) => id);
    const inWords = obligations
      .filter(({ terms }) => terms.exemptWhen?.startsWith('released free'))
      .map(({ id }) => id);
    expect(inWords).toEqual(exempted);
  });

  it.each(Object.entries(parameters))(
    'lists the values of %s by rising date, each with its source',
    (_, { says, values }) => {
      expect(says).not.toBe('');
      const dates = values.map(({ effectiveFrom }) => effectiveFrom);
      expect(dates).toEqual([...new Set(dates)].sort());
      expect(values.length).toBeGreaterThan(0);
      for (const { source, publishedOn } of values) {
        expect(source).not.toBe('');
        expect(publishedOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      }
    },
  );
});
