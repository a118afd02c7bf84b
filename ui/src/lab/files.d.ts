// Owns the types of files that the build takes in as text or data.

declare module "*.css" {
  const text: string;
  export default text;
}

declare module "*.ipynb" {
  const notebook: object;
  export default notebook;
}
