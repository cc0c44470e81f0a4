/** Reads fields of untrusted JSON: what is missing or of another type becomes a default, never an exception. */

export type Json = Readonly<Record<string, unknown>>;

export function parseObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function text(object: Json, field: string): string {
  return optionalText(object, field) ?? "";
}

export function optionalText(object: Json, field: string): string | undefined {
  const value = object[field];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function optionalNumber(object: Json, field: string): number | undefined {
  const value = object[field];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function objects(object: Json, field: string): Json[] {
  const value = object[field];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function texts(object: Json, field: string): string[] {
  const value = object[field];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string" && item !== "") : [];
}
