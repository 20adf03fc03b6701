using System.CommandLine;
using Slipway.Cli.Commands.Flags;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

/// <summary>The flags that <c>run</c> and <c>create</c> share, by theme, and the request that they make.</summary>
internal sealed class ContainerOptions
{
    private readonly ContainerFlags _flags;
    private readonly ImageOptions _pull;
    private readonly Option<string?> _cidfile = new("--cidfile") { Description = "Write the container's id to this file", HelpName = "string" };
    private readonly Argument<string> _image = new("IMAGE");
    private readonly Argument<string[]> _command = new("COMMAND") { Arity = ArgumentArity.ZeroOrMore };

    public ContainerOptions(Command command)
    {
        _flags = new(command);
        _pull = new(command);
        command.Options.Add(_cidfile);
        command.Arguments.Add(_image);
        command.Arguments.Add(_command);
    }

    /// <summary>What is said of the process.</summary>
    public ProcessFlags Process => _flags.Process;

    /// <summary>Makes the container; its image is pulled first where it isn't here and may be.</summary>
    public ContainerRecord Create(SlipwayEngine engine, ParseResult line, bool detached = false)
    {
        ContainerRecord Make(ContainerRequest request) => engine.Containers.Create(detached ? request with { Attached = [] } : request);
        if (line.GetValue(_cidfile) is not { Length: > 0 } file)
            return WithImage(engine, line, Make);
        if (File.Exists(file))
            throw new SlipwayException(ErrorKind.Conflict, $"container ID file found, make sure the other container isn't running or delete {file}");
        // Before there is a container: a place that can't be written must not leave one.
        using FileStream id = new(file, FileMode.CreateNew, FileAccess.Write);
        try
        {
            ContainerRecord record = WithImage(engine, line, Make);
            id.Write(System.Text.Encoding.ASCII.GetBytes(record.Id));
            return record;
        }
        catch
        {
            File.Delete(file);
            throw;
        }
    }

    /// <summary>Does something with the request and its image.</summary>
    public T WithImage<T>(SlipwayEngine engine, ParseResult line, Func<ContainerRequest, T> work)
    {
        ContainerRequest request = Read(line);
        foreach (string warning in ResourceCheck.Warnings(request.Resources))
            Console.Error.WriteLine("WARNING: " + warning);
        return _pull.WithImage(engine, line, request.Image, () => work(request));
    }

    private ContainerRequest Read(ParseResult line) =>
        _flags.Add(line, new() { Image = line.GetValue(_image)!, Command = line.GetValue(_command) is { Length: > 0 } command ? command : null });
}
