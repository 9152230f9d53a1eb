export { parseDictionary, parseItem, parseList } from './structured-field-parser.js';
export {
  serializeDictionary,
  serializeItem,
  serializeList,
  serializeMember,
} from './structured-field-serializer.js';
export {
  type BareItem,
  type Dictionary,
  type InnerList,
  type Item,
  isInnerList,
  type Member,
  type Parameters,
  StructuredFieldError,
} from './structured-field-value.js';
