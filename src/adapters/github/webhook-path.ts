/** Where GitHub delivers webhooks: Probot's path. */
export const WEBHOOK_PATH = '/api/github/webhooks';
