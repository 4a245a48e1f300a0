export function printTable(rows: string[][]): void;
