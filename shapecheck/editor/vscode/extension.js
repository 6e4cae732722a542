// The client for VS Code: starts the server, shows what its commands print, and a preview that follows the cursor.
"use strict";
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;
let panel;
let waiting;

function settings() {
  return vscode.workspace.getConfiguration("shapecheck");
}

async function shown(text) {
  const document = await vscode.workspace.openTextDocument({ content: text, language: "plaintext" });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
}

async function previewed() {
  const editor = vscode.window.activeTextEditor;
  if (!panel || !client || !editor || !["shape", "markdown"].includes(editor.document.languageId)) return;
  const asked = {
    textDocument: { uri: editor.document.uri.toString() },
    position: client.code2ProtocolConverter.asPosition(editor.selection.active),
  };
  try {
    const body = await client.sendRequest("shapecheck/preview", asked);
    const style = "body { padding: 0 1em } table { border-collapse: collapse } td, th { padding: .2em .8em; text-align: left }"
      + " svg { max-width: 100%; background: white; margin: 1em 0 } .cursor { font-size: 1.2em }";
    const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
    panel.webview.html = `<!DOCTYPE html><html><head><meta charset="utf-8">`
      + `<meta http-equiv="Content-Security-Policy" content="${policy}"><style>${style}</style></head><body>${body}</body></html>`;
  } catch (error) {
    // the text has changed meanwhile: the next preview is on its way
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(previewed, 150);
}

function preview() {
  if (panel) return panel.reveal(vscode.ViewColumn.Beside, true);
  const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
  panel = vscode.window.createWebviewPanel("shapecheck.preview", "shapecheck", where, { enableScripts: false });
  panel.onDidDispose(() => { panel = undefined; });
  soon();
}

exports.activate = async (context) => {
  const [command, ...args] = settings().get("command");
  client = new LanguageClient("shapecheck", "shapecheck", { command, args }, {
    documentSelector: [{ language: "shape" }, { language: "markdown" }],
    initializationOptions: { hints: settings().get("hints"), shows: true },
    synchronize: {
      configurationSection: "shapecheck",
      fileEvents: vscode.workspace.createFileSystemWatcher("**/*.shape"),
    },
    middleware: {
      executeCommand: async (name, args, next) => {
        const text = await next(name, args);
        if (name === "shapecheck.show") await shown(text);
        return text;
      },
    },
  });
  context.subscriptions.push(
    vscode.commands.registerCommand("shapecheck.preview", preview),
    vscode.window.onDidChangeTextEditorSelection(soon),
    vscode.workspace.onDidChangeTextDocument(soon),
  );
  await client.start();
};

exports.deactivate = () => client && client.stop();
