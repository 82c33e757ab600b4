// Compiled into every test assembly: no test may end with more live native tensors or images than it began with. They are counted over
// the whole process, so the tests of an assembly run one after another.
[assembly: Magma.Testing.NoLeaks]
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
