using System.Text.Json.Nodes;
using Slipway.Build.Dockerfile;
using Slipway.Engine.Containers;
using Slipway.Engine.Networks;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Registry;

namespace Slipway.Api.Wire;

/// <summary>What an exception is on the wire: a status and docker's error object. The one place where kinds become statuses.</summary>
internal static class ApiError
{
    public static int StatusOf(Exception error) => error switch
    {
        ApiException api => api.Status,
        // docker's, of these conflicts.
        PortTakenException or NotPausedException => 500,
        PoolOverlapException or NetworkInUseException => 403,
        SlipwayException engine => engine.Kind switch
        {
            ErrorKind.NotFound => 404,
            ErrorKind.AlreadyExists or ErrorKind.Conflict => 409,
            ErrorKind.InvalidArgument or ErrorKind.CommandNotFound or ErrorKind.CommandNotExecutable => 400,
            ErrorKind.Denied => 403,
            ErrorKind.NotSupported => 501,
            _ => 500,
        },
        LinuxException { Errno: Errno.ENAMETOOLONG } => 400,
        Microsoft.AspNetCore.Http.BadHttpRequestException bad => bad.StatusCode,
        _ => 500,
    };

    /// <summary>The sentence for a person. docker's clients read exit codes 126 and 127 out of two of them.</summary>
    public static string MessageOf(Exception error)
    {
        string message = error is DockerfileException { InnerException: null } text ? SentenceOf(text)
            : error is RegistryException { Kind: ErrorKind.Unavailable, Words: { } said, Hint: null } ? said // it has refused us for now: dockerd says what it said, and clients look for that
            : error is SlipwayException { Hint: { } hint } ? $"{error.Message} ({hint})" : ErrorText.Of(error);
        return (error as SlipwayException)?.Kind switch
        {
            ErrorKind.CommandNotFound => With(message, "executable file not found in $PATH"),
            ErrorKind.CommandNotExecutable => With(message, "permission denied"),
            _ => message,
        };
    }

    /// <summary>What is wrong with a Dockerfile, in BuildKit's words, which clients look for a line's number in; a step that failed is told as it is, since its lines are shown.</summary>
    public static string SentenceOf(DockerfileException error) =>
        error.InnerException is null ? $"dockerfile parse error on line {error.Lines.First}: {error.Sentence}" : error.Sentence;

    public static JsonObject Body(string message) => new() { ["message"] = message };

    private static string With(string message, string known) => message.Contains(known, StringComparison.Ordinal) ? message : $"{message}: {known}";
}
