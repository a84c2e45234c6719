import ts from "typescript";

/** A function and how many lines it takes, from its first to its last. */
export interface FunctionLength {
  readonly name: string;
  readonly lines: number;
}

/** Every function of a TypeScript file that has a body. A function holds the lines of those within it. */
export function functionsOfTypeScript(path: string, text: string): FunctionLength[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const found: FunctionLength[] = [];
  visit(source);
  return found;

  function visit(node: ts.Node): void {
    if (ts.isFunctionLike(node) && "body" in node && node.body) {
      const first = source.getLineAndCharacterOfPosition(node.getStart()).line;
      found.push({ name: nameOf(node), lines: source.getLineAndCharacterOfPosition(node.end).line - first + 1 });
    }
    ts.forEachChild(node, visit);
  }
}

function nameOf(node: ts.SignatureDeclaration): string {
  const named = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined);
  return named?.getText() ?? "(anonymous)";
}

/** Every function of a C file in kernel style: its body opens and closes at the start of a line, or opens at the end of its head's. */
export function functionsOfC(text: string): FunctionLength[] {
  const found: FunctionLength[] = [];
  let head: { name: string; line: number } | undefined;
  let open = false;
  for (const [line, row] of text.split("\n").entries()) {
    const name = /^[A-Za-z_][^=;]*?\b(\w+)\(/.exec(row)?.[1];
    if (!open && name !== undefined && !row.startsWith("typedef")) head = { name, line };
    if (head && !open && (row.startsWith("{") || /\)\s*\{$/.test(row))) open = true;
    else if (!open && row.endsWith(";")) head = undefined;
    if (!open || !head || !row.startsWith("}")) continue;
    found.push({ name: head.name, lines: line - head.line + 1 });
    head = undefined;
    open = false;
  }
  return found;
}
