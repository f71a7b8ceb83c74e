/** One agent that the operator offers (spec section 7). `command` is an argv; `readable` folders are shown read-only. */
export type AgentConfig = {
  readonly kind: 'claude-code' | 'codex' | 'acp' | 'command';
  readonly command?: readonly string[] | undefined;
  readonly model?: string | undefined;
  /** Provider that an agent of kind command reaches through the gateway. */
  readonly gateway?: 'anthropic' | 'openai' | undefined;
  readonly readable?: readonly string[] | undefined;
};
