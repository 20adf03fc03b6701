namespace Slipway.Cli.Completion;

/// <summary>What a shell has to know to ask <c>slip</c> itself: words so far in, candidates out, a line each.</summary>
internal static class CompletionScripts
{
    /// <summary>The shells that there are scripts for.</summary>
    public static string[] Shells { get; } = ["bash", "zsh", "fish"];

    /// <summary>The script; null for a shell that is none of them.</summary>
    public static string? Of(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => null,
    };

    // Bash takes a word apart at : and =, which names of images have: the line is read again, and what stands before the last of those is
    // taken off the candidates.
    private const string Bash =
        """
        # source <(slip completion bash)
        _slip() {
            local line=${COMP_LINE:0:COMP_POINT} current prefix candidate rest
            local -a words
            read -ra words <<<"$line"
            [[ $line == *[[:space:]] ]] && words+=("")
            current=${words[-1]}
            prefix=${current%"${current##*[:=]}"}
            COMPREPLY=()
            while IFS=$'\t' read -r candidate rest; do
                if [[ $candidate == :files ]]; then
                    compopt -o default 2>/dev/null
                elif [[ $candidate == :nospace ]]; then
                    compopt -o nospace 2>/dev/null
                else
                    COMPREPLY+=("${candidate#"$prefix"}")
                fi
            done < <("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null)
        }
        complete -F _slip slip

        """;

    private const string Zsh =
        """
        #compdef slip
        # source <(slip completion zsh), or as _slip in a directory of $fpath
        _slip() {
            local line files=0
            local -a candidates
            for line in "${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
                case $line in
                    :files) files=1 ;;
                    :nospace | '') ;;
                    *) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
                esac
            done
            (( ${#candidates} )) && _describe -t slip slip candidates
            (( files )) && _files
        }
        if [[ ${funcstack[1]} == _slip ]]; then
            _slip "$@"
        else
            compdef _slip slip
        fi

        """;

    private const string Fish =
        """
        # slip completion fish | source
        function __slip_complete
            set -l words (commandline -opc)
            $words[1] __complete -- $words[2..-1] (commandline -ct) 2>/dev/null
        end
        function __slip_candidates
            __slip_complete | string match -rv '^:'
        end
        function __slip_files
            __slip_complete | string match -q ':files'
        end
        complete -c slip -f -a '(__slip_candidates)'
        complete -c slip -F -n __slip_files

        """;
}
