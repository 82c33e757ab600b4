using Magma.Testing;

[assembly: NoLeaks]

// Native objects are counted over the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
