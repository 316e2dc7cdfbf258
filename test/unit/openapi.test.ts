import { routes } from '../../core/contract/routes.ts';
import { committedText, documentText, openApiDocument } from '../../docs/api/generate.ts';

type Node = Record<string, unknown>;

const document = openApiDocument() as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Node>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Node>> };
};

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === '$ref' ? [String(member)] : referencesIn(member),
  );
}

describe('the OpenAPI document', () => {
  it('in the repository is the one that the schemas give: run `node docs/api/generate.ts`', () => {
    expect(committedText()).toBe(documentText());
  });

  it('describes every route with its response and the problem document of every refusal', () => {
    for (const route of routes) {
      const operation = document.paths[route.path]?.[route.method.toLowerCase()];
      expect(operation).toMatchObject({
        operationId: route.name,
        responses: {
          [route.status]: { content: { 'application/json': { schema: expect.anything() } } },
          default: {
            content: {
              'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
            },
          },
        },
      });
    }
  });

  it('refers only to schemas that it contains', () => {
    const held = Object.keys(document.components.schemas).map(
      (name) => `#/components/schemas/${name}`,
    );
    const named = referencesIn(document);
    expect(named.length).toBeGreaterThan(10);
    expect([...new Set(named)].filter((reference) => !held.includes(reference))).toEqual([]);
  });

  it('allows unknown members in responses, but not in requests', () => {
    const creation = document.paths['/v1/uploads']?.post;
    expect(creation).toMatchObject({
      requestBody: {
        content: { 'application/json': { schema: { additionalProperties: false } } },
      },
    });
    expect(JSON.stringify(creation?.responses)).not.toContain('additionalProperties');
  });
});
