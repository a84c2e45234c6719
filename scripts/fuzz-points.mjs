/**
 * Counts where code goes: at the start of each function, branch, loop and case, and where a branch is not taken.
 */
import { parseAst } from "rolldown/parseAst";

/** @typedef {{ type: string, start: number, end: number, [key: string]: unknown }} Syntax */

/**
 * @param {string} code of a TypeScript module
 * @param {number} first number of its first point
 * @param {string} counters the name of the array that counts; the module must have it
 * @returns {{ code: string, points: number }} the same lines, and how many points they have
 */
export function withPoints(code, first, counters) {
  /** @type {{ at: number, text: string }[]} */
  const inserts = [];
  let points = 0;
  const count = () => `${counters}[${first + points++}]++`;
  /** @param {Syntax} node */
  const statement = (node) => {
    if (node.type === "BlockStatement") return void inserts.push({ at: node.start + 1, text: `${count()};` });
    inserts.push({ at: node.start, text: `{${count()};` }, { at: node.end, text: "}" });
  };
  /** @param {Syntax} node */
  const expression = (node) => {
    inserts.push({ at: node.start, text: `(${count()},(` }, { at: node.end, text: "))" });
  };
  /** @type {Record<string, (node: Record<string, Syntax>) => void>} */
  const rules = {
    FunctionDeclaration: ({ body }) => body && statement(body),
    FunctionExpression: ({ body }) => body && statement(body),
    ArrowFunctionExpression: ({ body }) => body && (body.type === "BlockStatement" ? statement : expression)(body),
    IfStatement: ({ consequent, alternate }) => {
      if (consequent && !alternate) inserts.push({ at: consequent.end, text: ` else ${count()};` });
      if (consequent) statement(consequent);
      if (alternate && alternate.type !== "IfStatement") statement(alternate);
    },
    ForStatement: ({ body }) => body && statement(body),
    ForOfStatement: ({ body }) => body && statement(body),
    ForInStatement: ({ body }) => body && statement(body),
    WhileStatement: ({ body }) => body && statement(body),
    DoWhileStatement: ({ body }) => body && statement(body),
    CatchClause: ({ body }) => body && statement(body),
    SwitchCase: (node) => {
      const [consequent] = /** @type {Syntax[]} */ (/** @type {unknown} */ (node.consequent));
      if (consequent) inserts.push({ at: consequent.start, text: `${count()};` });
    },
    ConditionalExpression: ({ consequent, alternate }) => {
      if (consequent) expression(consequent);
      if (alternate) expression(alternate);
    },
    LogicalExpression: ({ right }) => right && expression(right),
  };
  visit(/** @type {Syntax} */ (/** @type {unknown} */ (parseAst(code, { lang: "ts" }))), (node) => {
    rules[node.type]?.(/** @type {Record<string, Syntax>} */ (/** @type {unknown} */ (node)));
  });
  return { code: insertAll(code, inserts), points };
}

/** Outer nodes first. Types hold no code. @param {Syntax} node @param {(node: Syntax) => void} see */
function visit(node, see) {
  see(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isSyntax(child) && !/^TS(?!As|NonNull|Satisfies|ParameterProperty)/.test(child.type)) visit(child, see);
    }
  }
}

/** @param {unknown} value @returns {value is Syntax} */
function isSyntax(value) {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/**
 * What closes at a place comes before what opens there, inner before outer; what opens, outer before inner.
 *
 * @param {string} code @param {readonly { at: number, text: string }[]} inserts outer ones first
 */
function insertAll(code, inserts) {
  const isEnd = (/** @type {{ text: string }} */ { text }) => text.startsWith("}") || text.startsWith(")") || text.startsWith(" else");
  const ordered = inserts.map((insert, order) => ({ ...insert, order }));
  ordered.sort((a, b) => {
    if (a.at !== b.at) return a.at - b.at;
    if (isEnd(a) !== isEnd(b)) return isEnd(a) ? -1 : 1;
    return isEnd(a) ? b.order - a.order : a.order - b.order;
  });
  let out = "";
  let from = 0;
  for (const { at, text } of ordered) {
    out += code.slice(from, at) + text;
    from = at;
  }
  return out + code.slice(from);
}
