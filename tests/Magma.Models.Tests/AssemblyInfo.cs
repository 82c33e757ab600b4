using Magma.Testing;
using Xunit;

[assembly: NoLeaks]

// Live tensors and images are counted around every test, for the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
