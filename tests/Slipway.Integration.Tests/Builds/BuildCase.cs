using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>A store with busybox and a context of a test's own.</summary>
public sealed class BuildCase : IDisposable
{
    public Slip Slip { get; } = Slip.WithBusybox();

    public string Context => Path.Combine(Slip.Scratch, "ctx");

    public BuildCase With(string name, string content)
    {
        Slip.Write(Path.Combine("ctx", name), content);
        return this;
    }

    /// <summary>Builds; fails the test where that fails. What the steps said, without what comes before each line.</summary>
    public string Build(string dockerfile, params string[] args)
    {
        Slip.Result result = Try(dockerfile, args);
        Assert.True(result.ExitCode == 0, result.Errors);
        return Said(result.Errors);
    }

    public Slip.Result Try(string dockerfile, params string[] args)
    {
        With("Dockerfile", dockerfile);
        return Slip.Run(["build", "-t", "built", .. args, Context]);
    }

    /// <summary>What a shell says in the image that was built last.</summary>
    public string In(string script) => Slip.Ok("run", "--rm", "--network", "none", "built", "sh", "-c", script);

    /// <summary>What steps wrote, of lines such as <c>#5 0.123 text</c>.</summary>
    public static string Said(string errors) =>
        string.Join('\n', errors.Split('\n').Select(line => line.Split(' ', 3)).Where(parts => parts.Length == 3 && parts[0].StartsWith('#') && parts[1].Contains('.') && char.IsAsciiDigit(parts[1][0])).Select(parts => parts[2]));

    public void Dispose() => Slip.Dispose();
}
