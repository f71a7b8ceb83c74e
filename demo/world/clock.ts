/** Now as GitHub writes it: UTC, whole seconds. */
export const githubTime = (): string => `${new Date().toISOString().slice(0, 19)}Z`;
