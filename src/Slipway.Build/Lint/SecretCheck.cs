using Slipway.Build.Dockerfile;
using Slipway.Build.Fetching;

namespace Slipway.Build.Lint;

/// <summary>Secrets by their names: of variables, and of files that a COPY would put into a layer.</summary>
internal static class SecretCheck
{
    // Whole words of a name: api_key, GITHUB_TOKEN, auth.
    private static readonly string[] s_words = ["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];
    private static readonly string[] s_harmless = ["public", "file", "version"];

    private static readonly (string Pattern, string What)[] s_files =
    [
        ("id_rsa", "an SSH key"), ("id_dsa", "an SSH key"), ("id_ecdsa", "an SSH key"), ("id_ed25519", "an SSH key"),
        (".env", "an environment file"), (".npmrc", "npm's credentials"), (".pypirc", "PyPI's credentials"), (".netrc", "stored logins"),
        (".git-credentials", "git's credentials"), (".dockercfg", "registry credentials"), (".pgpass", "database passwords"),
        (".aws/credentials", "cloud credentials"), (".docker/config.json", "registry credentials"), (".kube/config", "cluster credentials"),
    ];

    /// <summary>Of an ARG or an ENV.</summary>
    public static void Name(Linter linter, InstructionNode node, string name)
    {
        string[] words = name.ToLowerInvariant().Split('_');
        if (words.Intersect(s_words).Any() && !words.Intersect(s_harmless).Any())
            linter.Report(VariableRules.SecretsUsedInArgOrEnv, node, node.Keyword, name);
    }

    /// <summary>Of a COPY from the context.</summary>
    public static void Files(Linter linter, InstructionNode node, IEnumerable<string> sources)
    {
        foreach (string source in sources.Where(source => !GitReference.IsRemote(source)))
        {
            string path = "/" + source.TrimStart('/');
            if (Array.Find(s_files, file => path.EndsWith("/" + file.Pattern, StringComparison.Ordinal)) is { What: { } what })
                linter.Report(OwnRules.SecretFileCopied, node, source, what);
        }
    }
}
