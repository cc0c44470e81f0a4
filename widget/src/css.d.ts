/** A stylesheet; the build minifies it and hands over its text. */
declare module "*.css" {
  const text: string;
  export default text;
}
