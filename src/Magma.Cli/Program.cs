using System.CommandLine;
using Magma.Cli;

var root = new RootCommand("Magma for .NET: label screenshots and videos, train and run the Magma multimodal agent model.")
{
    AnnotateCommand.Create(),
    DatasetCommand.Create(),
    DoctorCommand.Create(),
    EvalCommand.Create(),
    GenerateCommand.Create(),
    ModelCommand.Create(),
    ParityCommand.Create(),
};
root.Add(DemoCommand.Create(root));
return await CommandLine.Run(root, args);
