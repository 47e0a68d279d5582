// Answers show at once (optimistic) and are confirmed by the kernel through `answers` and `ack`.
export default { render(context) { new Interview(context); } };
