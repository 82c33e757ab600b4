using System.CommandLine;

namespace Magma.Cli;

/// <summary><c>magma annotate</c>: labelled, sharded training samples from screenshots, web pages, videos and robot episodes.</summary>
internal static class AnnotateCommand
{
    public static Command Create() => new("annotate", "Label inputs into shards of training samples, with a gallery to look at them.")
    {
        AnnotateImagesCommand.Create(),
        AnnotatePagesCommand.Create(),
        AnnotateVideosCommand.Create(),
        AnnotateRobotCommand.Create(),
    };
}
