/** Does the tasks in their order, `limit` at a time, and answers what they answered, in their order. */
export async function atOnce<Task, Answer>(
  tasks: readonly Task[],
  limit: number,
  run: (task: Task) => Promise<Answer>,
): Promise<Answer[]> {
  const answers = new Array<Answer>(tasks.length);
  const waiting = tasks.entries();
  const worker = async () => {
    for (const [index, task] of waiting) answers[index] = await run(task);
  };
  await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, worker));
  return answers;
}
