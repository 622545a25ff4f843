/** The last part of a path, which is what people call a project. */
export function formatProject(path: string | null): string {
  return path?.split(/[/\\]/).findLast((part) => part !== '') ?? 'no project'
}
