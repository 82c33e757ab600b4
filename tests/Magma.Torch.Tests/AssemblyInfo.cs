using Magma.Testing;

[assembly: NoLeaks]

// Leaks are counted over the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
