// Types of server.mjs.
export interface ServerOptions {
  /** Folder with node_modules/code-server; default: $KMIGRATED_VSCODE_HOST, or vscode-host. */
  readonly dir?: string | undefined;
  /** 0 or left out: any free port. */
  readonly port?: number | undefined;
  /** User data to keep; its settings are then written only once. Default: a temporary folder. */
  readonly data?: string | undefined;
  /** Folder of installed extensions to keep. Default: a temporary folder. */
  readonly extensions?: string | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** Environment of the server, and so of the extension host. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** .vsix files to install first. */
  readonly install?: readonly string[] | undefined;
  /** Lets the page's address name extensions under development; also turns off notification toasts and modal dialogs. */
  readonly smoke?: boolean | undefined;
}
export interface Server {
  /** 127.0.0.1:port */
  readonly host: string;
  /** File of the server's output. */
  readonly log: string;
  /** Its exit code, once it has ended. */
  readonly exited: Promise<number>;
  close(): Promise<void>;
}
export function programs(dir: string): { readonly node: string; readonly entry: string; readonly vscode: string };
export function hostDir(): string;
export function startServer(o: ServerOptions): Promise<Server>;
export function address(host: string, o: { folder?: string | undefined; dev?: readonly string[] | undefined; tests?: string | undefined }): string;
