/** An object with one property, or none when there is no value: optional properties are absent, never undefined. */
export const named = <Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> => {
  const object: Partial<Record<Key, Value>> = {};
  if (value !== undefined) object[key] = value;
  return object;
};
