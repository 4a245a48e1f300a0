import packageJson from '../../package.json' with { type: 'json' };

/** Version of lockkeeper, from the one place that has it. */
export const version: string = packageJson.version;
