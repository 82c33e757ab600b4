using System.CommandLine;

namespace Magma.Cli;

/// <summary><c>magma dataset</c>: look at data sets, check them, compare them, change their format.</summary>
internal static class DatasetCommand
{
    public static Command Create() => new("dataset", "Look at data sets, check them, compare two versions, change their format.")
    {
        DatasetInfoCommand.Create(),
        DatasetPagesCommand.Create(),
        DatasetVerifyCommand.Create(),
        DatasetDiffCommand.Create(),
        DatasetConvertCommand.Create(),
        DatasetConvertCommand.CreateExport(),
    };

    /// <summary>What can be opened, for descriptions of arguments.</summary>
    public const string Sources = "a folder of shards (.tar), Parquet files, or LLaVA-style JSON (.json, .jsonl)";

    public static Option<string?> ImagesOption() => new("--images")
    {
        Description = "Folder that the picture paths of a JSON file start from. Default: the folder of the file.",
    };
}
