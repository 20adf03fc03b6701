using System.CommandLine;
using System.Globalization;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine.Registries;
using Slipway.Linux;
using Slipway.Registry.Search;

namespace Slipway.Cli.Commands;

internal sealed class SearchCommand : SlipCommand
{
    private const int DescriptionWidth = 45;

    private static readonly Dictionary<string, string> s_headings = new()
    {
        ["Name"] = "NAME", ["Description"] = "DESCRIPTION", ["StarCount"] = "STARS", ["IsOfficial"] = "OFFICIAL", ["IsAutomated"] = "AUTOMATED",
    };

    private readonly Option<string[]> _filter = new("--filter", "-f") { Description = "stars=N (at least), is-official=true", HelpName = "filter" };
    private readonly Option<string?> _format = new("--format") { Description = "'table', 'table TEMPLATE', 'json' or a Go template: '{{.Name}} {{.StarCount}}'" };
    private readonly Option<int> _limit = new("--limit") { Description = "So many at most, 1 to 100", DefaultValueFactory = _ => RegistryManager.UsuallyFound };
    private readonly Option<bool> _noTrunc = new("--no-trunc") { Description = "Don't shorten descriptions" };
    private readonly Argument<string> _term = new("TERM");

    public SearchCommand()
        : base("search",
            """
            Looks for images at Docker Hub, or at a registry that has a search: most others have none.

              slip search postgres
              slip search --filter stars=100 registry.example/postgres
            """)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_filter, _format, _limit, _noTrunc])
            Options.Add(option);
        Arguments.Add(_term);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        var filter = SearchFilter.Parse(line.GetValue(_filter) ?? []);
        bool noTrunc = line.GetValue(_noTrunc);
        string? format = line.GetValue(_format);
        // As docker: a mark for people, a word for programs.
        (string yes, string no) = format?.Contains("json", StringComparison.Ordinal) is true ? ("true", "false") : ("[OK]", "");
        IReadOnlyList<SearchResult> found = new RegistryManager(global.ResolveOptions())
            .SearchAsync(line.GetValue(_term)!, line.GetValue(_limit), credentials: null, Interrupt.Token).GetAwaiter().GetResult();
        new ListPrinter("{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}", s_headings) { KeepsAll = noTrunc }.Print(format, found.Where(filter.Matches).Select(r => new ListRow(
            field => field switch
            {
                "Name" => Printable.Escape(r.Name),
                "Description" => noTrunc ? Printable.Escape(r.Description) : Table.Shorten(Printable.Escape(r.Description), DescriptionWidth),
                "StarCount" => r.Stars.ToString(CultureInfo.InvariantCulture),
                "IsOfficial" => r.IsOfficial ? yes : no,
                _ => no,
            },
            () => null)));
        return 0;
    }
}
