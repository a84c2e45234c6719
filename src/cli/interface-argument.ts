import { isInterfaceName } from "../base/interface-name.js";
import { interfaceNameInvalid } from "../config/errors.js";
import { interfaceNameOf } from "../config/file-name.js";

/**
 * The interface that a command is about. Its file will do as well.
 *
 * @throws OperatorError IF_NAME_INVALID
 */
export function interfaceArgument(text: string): string {
  const name = interfaceNameOf(text);
  if (!isInterfaceName(name)) throw interfaceNameInvalid({ name });
  return name;
}
