using Magma.Cli;

return await CommandLine.Run(MagmaCommands.Create(), args);
