// Writes the JSON Schemas of the files that people write, web/generated/{config,policy,looks}.schema.json, from the types Config, Policy
// and Looks and what their comments say: the text is a key's description; of the tags, `@minimum`, `@maxItems` and the like
// are bounds, and `@integer` says that a number is whole.
import {
  createFormatter,
  createParser,
  createProgram,
  DEFAULT_CONFIG,
  EnumType,
  SchemaGenerator,
} from 'ts-json-schema-generator'
import ts from 'typescript'
import { writeFileSync } from 'node:fs'

const SCHEMAS = {
  config: { type: 'Config', title: 'martello build configuration' },
  policy: { type: 'Policy', title: 'martello policy' },
  looks: { type: 'Looks', title: 'martello serve looks' },
}
const options = {
  ...DEFAULT_CONFIG,
  path: `web/{build,serve}/{${Object.keys(SCHEMAS)}}.ts`,
  tsconfig: 'tsconfig.json',
  skipTypeCheck: true, // as `make` does it elsewhere
  expose: 'none',
  topRef: false,
  extraTags: ['integer', 'dependencies'],
}
const program = createProgram(options)
const checker = program.getTypeChecker()

/** Names that the compiler has to work out, such as the keys or the names of what a list in the code holds. */
const names = {
  textsOf: (node) => {
    const type = checker.getTypeFromTypeNode(node)
    const texts = type.isUnion() ? type.types : [type]
    return texts.every((text) => text.isStringLiteral()) ? texts.map((text) => text.value) : null
  },
  supportsNode: (node) =>
    (ts.isIndexedAccessTypeNode(node) || ts.isTypeOperatorNode(node)) && names.textsOf(node) !== null,
  createType: (node) => new EnumType(node.getText(), names.textsOf(node)),
}

/** What each bound is about. It is said of a key, and holds for what in it is of that type: alternatives, elements, values. */
const BOUNDS = {
  number: ['minimum', 'maximum', 'multipleOf', 'integer'],
  string: ['minLength', 'maxLength'],
  array: ['minItems', 'maxItems'],
  object: ['minProperties', 'maxProperties', 'propertyNames', 'dependencies'],
}

/** The schema with each bound where it belongs. */
function settled(schema, inherited = {}) {
  const { anyOf, items, additionalProperties: values, properties, ...rest } = schema
  const bounds = { ...inherited }
  for (const name of Object.values(BOUNDS).flat()) {
    if (name in rest) bounds[name] = rest[name]
    delete rest[name]
  }
  const own = 'enum' in rest || 'const' in rest ? [] : [rest.type].flat().flatMap((type) => BOUNDS[type] ?? [])
  const { integer, ...mine } = Object.fromEntries(
    own.filter((name) => name in bounds).map((name) => [name, bounds[name]]),
  )
  for (const name of own) delete bounds[name]
  const settle = (inner) => (inner?.map ? inner.map(settle) : inner ? settled(inner, bounds) : inner)
  const parts = { anyOf: settle(anyOf), items: settle(items), additionalProperties: settle(values) }
  if (properties)
    parts.properties = Object.fromEntries(Object.entries(properties).map(([key, of]) => [key, settled(of)]))
  const whole = [rest.type].flat().map((type) => (type === 'number' ? 'integer' : type))
  return { ...rest, ...(integer && { type: whole.length === 1 ? whole[0] : whole }), ...mine, ...parts }
}

const generator = new SchemaGenerator(
  program,
  createParser(program, options, (parser) => parser.addNodeParser(names)),
  createFormatter(options),
  options,
)
for (const [name, { type, title }] of Object.entries(SCHEMAS)) {
  const { $schema, properties, ...rest } = settled(generator.createSchema(type))
  delete rest.definitions
  const schema = { $schema, title, ...rest, properties: { $schema: { type: 'string' }, ...properties } }
  writeFileSync(`web/generated/${name}.schema.json`, JSON.stringify(schema, null, 2) + '\n')
}
