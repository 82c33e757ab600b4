using System.CommandLine;
using Magma.Benchmarks;

var root = new RootCommand("Measures this toolkit beside named peers in the same run.")
{
    AnnotateBenchmark.Create(),
    AnnotateRun.Create(),
    CoTrackerBenchmark.Create(),
    DecodeBenchmark.Create(),
    OcrBenchmark.Create(),
    PrefillBenchmark.Create(),
    ScreensBenchmark.Create(),
    ScreensRun.Create(),
    TorchOverheadBenchmark.Create(),
    TokenizerBenchmark.Create(),
    TracesBenchmark.Create(),
    TrackingBenchmark.Create(),
};
return await root.Parse(args).InvokeAsync();
