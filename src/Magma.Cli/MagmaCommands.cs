using System.CommandLine;

namespace Magma.Cli;

/// <summary>The whole command line.</summary>
internal static class MagmaCommands
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Magma for .NET: label screenshots and videos, train and run the Magma multimodal agent model.")
        {
            AnnotateCommand.Create(),
            DatasetCommand.Create(),
            DoctorCommand.Create(),
            EvalCommand.Create(),
            GenerateCommand.Create(),
            ModelCommand.Create(),
            ParityCommand.Create(),
            ParseCommand.Create(),
            TrainCommand.Create(),
        };
        root.Add(DemoCommand.Create(root));
        Examples.AddTo(root);
        return root;
    }
}
