/**
 * The runner reads every line of our output for commands: `::command::` at the start of a line, and the older
 * `##[command]` anywhere (actions/runner, ActionCommand.cs). A zero width space keeps strangers' text from being one.
 */
export function harmless(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '')
    .replaceAll('::', ':\u200B:')
    .replaceAll('##[', '#\u200B#[')
}
