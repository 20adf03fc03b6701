using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
using Slipway.Build.Solving;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;
using Xunit;

namespace Slipway.Build.Tests.Lint;

/// <summary>Each check finds what it is for, at its lines, and nothing where there is nothing.</summary>
public sealed class LintTests
{
    [Theory]
    // Docker's checks.
    [InlineData("FROM scratch AS Base\n", "StageNameCasing 1")]
    [InlineData("FROM scratch as b\n", "FromAsCasing 1")]
    [InlineData("from scratch AS b\n", "FromAsCasing 1")]
    [InlineData("from scratch as b\n", "")]
    [InlineData("FROM scratch\nCOPY a \\\n\n b\n", "NoEmptyContinuation 2-4")]
    [InlineData("FROM scratch\nCOPY a b\nenv a=1\n", "ConsistentInstructionCasing 3")]
    [InlineData("FROM scratch\nEnv a=1\n", "ConsistentInstructionCasing 2")]
    [InlineData("FROM scratch AS a\nFROM scratch AS a\n", "DuplicateStageName 2")]
    [InlineData("FROM scratch AS context\n", "ReservedStageName 1")]
    [InlineData("FROM scratch\nCMD run it\n", "JSONArgsRecommended 2")]
    [InlineData("FROM scratch\nENTRYPOINT run\n", "JSONArgsRecommended 2")]
    [InlineData("FROM scratch\nSHELL [\"/s\"]\nCMD run it\n", "")]
    [InlineData("FROM scratch\nMAINTAINER me\n", "MaintainerDeprecated 2")]
    [InlineData("ARG TAG=scratch\nFROM ${TAG}${TGA}\n", "UndefinedArgInFrom 2")]
    [InlineData("FROM scratch\nWORKDIR app\n", "WorkdirRelativePath 2")]
    [InlineData("FROM scratch\nWORKDIR /app\nWORKDIR sub\n", "")]
    [InlineData("FROM scratch\nCOPY $src /d\n", "UndefinedVar 2")]
    [InlineData("FROM scratch\nARG src\nCOPY a$src /d\n", "")]
    [InlineData("FROM scratch\nCMD [\"a\"]\nCMD [\"b\"]\n", "MultipleInstructionsDisallowed 2")]
    [InlineData("FROM scratch\nENTRYPOINT [\"a\"]\nENTRYPOINT [\"b\"]\n", "MultipleInstructionsDisallowed 2")]
    [InlineData("FROM scratch\nENV a b\n", "LegacyKeyValueFormat 2")]
    [InlineData("FROM scratch\nLABEL a b\n", "LegacyKeyValueFormat 2")]
    [InlineData("FROM --platform=$TARGETPLATFORM scratch\n", "RedundantTargetPlatform 1")]
    [InlineData("FROM --platform=$BUILDPLATFORM scratch\n", "")]
    [InlineData("FROM scratch\nARG API_KEY\n", "SecretsUsedInArgOrEnv 2")]
    [InlineData("FROM scratch\nENV DB_PASSWORD=x\n", "SecretsUsedInArgOrEnv 2")]
    [InlineData("FROM scratch\nENV PUBLIC_KEY=x KEYBOARD=y\n", "")]
    [InlineData("ARG TAG\nFROM base:$TAG\n", "InvalidDefaultArgInFrom 2", true)]
    [InlineData("FROM --platform=linux/arm64 scratch\n", "FromPlatformFlagConstDisallowed 1")]
    [InlineData("FROM --platform=linux/arm64 scratch AS build-arm64\n", "")]
    [InlineData("FROM scratch\nCOPY skip/f /d\n", "CopyIgnoredFile 2")]
    [InlineData("FROM scratch\nCOPY . /d\n", "")]
    [InlineData("# check=experimental=all\nFROM scratch\n# other words\nARG v=1\n", "InvalidDefinitionDescription 4")]
    [InlineData("FROM scratch\n# other words\nARG v=1\n", "")]
    [InlineData("# check=experimental=all\nFROM scratch\n# v is a version\nARG v=1\n", "")]
    [InlineData("FROM scratch\nEXPOSE 80/TCP\n", "ExposeProtoCasing 2")]
    [InlineData("FROM scratch\nEXPOSE 127.0.0.1:80:81\n", "ExposeInvalidFormat 2")]
    // Ours.
    [InlineData("FROM scratch\nENV PGDATA=/var/lib/postgresql/data\n", "DurableDataUndeclared 1")]
    [InlineData("FROM scratch\nENV PGDATA=/var/lib/postgresql/data\nVOLUME /var/lib/postgresql\n", "")]
    [InlineData("FROM scratch\nCOPY .env /app/\n", "SecretFileCopied 2")]
    [InlineData("FROM scratch\nCOPY home/.ssh/id_ed25519 /root/.ssh/\n", "SecretFileCopied 2")]
    [InlineData("FROM scratch\nCOPY env id_rsa.pub /app/\n", "")]
    [InlineData("FROM scratch\nRUN apt-get update && apt-get install -y x\n", "PackageCacheLeft 2")]
    [InlineData("FROM scratch\nRUN apt-get update && apt-get install -y x && rm -rf /var/lib/apt/lists/*\n", "")]
    [InlineData("FROM scratch\nRUN --mount=type=cache,target=/var/lib/apt --mount=type=cache,target=/var/cache/apt apt-get update\n", "")]
    [InlineData("FROM scratch\nRUN apk add git\n", "PackageCacheLeft 2")]
    [InlineData("FROM scratch\nRUN apk add --no-cache git\n", "")]
    [InlineData("FROM scratch\nCOPY a b /d\n", "SeveralSourcesOneName 2")]
    [InlineData("FROM scratch\nONBUILD /usr/bin/x --all\n", "TriggerUnknown 2")]
    // What is asked for and what is not.
    [InlineData("# check=skip=JSONArgsRecommended\nFROM scratch\nCMD a\nENV a b\n", "LegacyKeyValueFormat 4")]
    [InlineData("# check=skip=all\nFROM scratch\nCMD a\nENV a b\n", "")]
    [InlineData("FROM scratch\n# check=skip=LegacyKeyValueFormat\nENV a b\nENV c d\n", "LegacyKeyValueFormat 4")]
    public void Check_Text_Finds(string text, string expected, bool fails = false)
    {
        ParsedDockerfile parsed = InstructionParser.Parse(SyntaxParser.Parse(new DockerfileSource("Dockerfile", text)));
        var error = Record.Exception(() => GraphBuilder.Build(parsed, new GraphOptions { Platform = new() { OS = "linux", Architecture = "amd64" }, IsIgnored = path => path.StartsWith("skip", StringComparison.Ordinal) }, new NoImages()));

        Assert.Equal(fails, error is not null);
        Assert.Equal(expected, string.Join(", ", parsed.Linter.Findings.Select(finding => $"{finding.Rule} {finding.Lines}")));
    }

    [Theory]
    [InlineData("# check=nope=1\nFROM scratch\n")]
    [InlineData("# check=error=maybe\nFROM scratch\n")]
    public void Check_WrongDirective_NamesItsLine(string text) =>
        Assert.Equal(1, Assert.Throws<DockerfileException>(() => SyntaxParser.Parse(new DockerfileSource("Dockerfile", text))).Lines.First);

    private sealed class NoImages : IImageSource
    {
        public ImageRecord? Find(Reference name, Platform platform) => null;

        public ImageRecord? FindById(string text) => null;

        public ImageRecord? FindLayout(LayoutContext layout, Platform platform) => null;
    }
}
