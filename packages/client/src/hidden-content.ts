import { argumentErrorSaying } from './argument-error.js';

/** The tags of objects whose content is in their fields: instances of classes of the program have the first one. */
const FIELD_TAGS = new Set(['Object', 'Module']);

/**
 * Refuses an object whose content is not in its fields, such as a Map or a promise: read as options, it would silently
 * have none.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field
 */
export function refuseHiddenContent(value: object, field: string): void {
  const fault = faultOf(value);
  if (fault !== undefined) throw argumentErrorSaying(field, fault);
}

function faultOf(value: object): string | undefined {
  let tag: string;
  try {
    tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
    // An own `then` is a field like any other.
    if (!Object.hasOwn(value, 'then') && typeof Reflect.get(value, 'then') === 'function')
      return 'got a promise; expected an object: await the promise first';
  } catch {
    // A proxy may refuse to be looked at; its fields are refused where they are read.
    return undefined;
  }
  if (FIELD_TAGS.has(tag)) return undefined;
  // An instance of a class of the program may have a tag of its own.
  if (!ArrayBuffer.isView(value) && Object.keys(value).length > 0) return undefined;
  const cure = Symbol.iterator in value ? '; convert it with Object.fromEntries' : '';
  return `got an object of type ${tag.slice(0, 40)}, whose content is not in its fields; expected a plain object${cure}`;
}
