using System.Net.Sockets;
using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>
/// Connects as the users do, with their files and nothing of the agent's environment, only to what the host's own file names.
/// </summary>
internal sealed class LdapProbe(IProcessRunner runner, LdapClientOptions options)
{
    private const string Environment = "/usr/bin/env";
    private const string WhoAmI = "/usr/bin/ldapwhoami";
    private const string PostMap = "/usr/sbin/postmap";

    private const int PlainPort = 389;
    private const int SecurePort = 636;

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly List<string> told = [];
    private readonly HashSet<string> demanding = new(StringComparer.OrdinalIgnoreCase);
    private VerificationMethod weakest = VerificationMethod.Wire;

    /// <summary>Version of libldap as its tools tell it; empty where they are not installed.</summary>
    public async Task<string> VersionAsync(CancellationToken ct)
    {
        if (!File.Exists(WhoAmI)) return "";
        var said = (await runner.RunAsync(WhoAmI, ["-VV"], null, Limit, ct)).Said;
        var at = said.IndexOf("ldapwhoami ", StringComparison.Ordinal);
        return at < 0 ? "" : said[(at + "ldapwhoami ".Length)..].Split(' ', '+', '(')[0];
    }

    /// <summary>Proves what can be proven.</summary>
    /// <param name="presents">Whether a client certificate is to be presented.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<Attempt<ServiceProof>> ProveAsync(bool presents, CancellationToken ct)
    {
        if (options.Servers is not { Count: > 0 } && options.Users is { Count: > 0 })
            Note(VerificationMethod.Loaded, "lines and files read back; the host's own file names no server to try");
        else if (options.Servers is { Count: > 0 } && (!File.Exists(WhoAmI) || !File.Exists(SetPrivileges.Program)))
            Note(
                VerificationMethod.NotCheckable,
                $"{WhoAmI} and {SetPrivileges.Program} are needed to try a connection: install ldap-utils");
        else
        {
            foreach (var server in options.Servers ?? [])
            {
                if (await ProveAsync(server, presents, ct) is { } failure) return failure;
            }
        }

        foreach (var map in options.PostfixMaps ?? [])
        {
            if (await ProveAsync(map, presents, ct) is { } failure) return failure;
        }

        return new ServiceProof { Method = weakest, Detail = string.Join("; ", told) };
    }

    private async Task<ApplyFailure?> ProveAsync(string server, bool presents, CancellationToken ct)
    {
        if (!await AnswersAsync(new Uri(server), ct))
        {
            Note(VerificationMethod.NotCheckable, $"{server} does not take connections now");
            return null;
        }

        var isTried = true;
        foreach (var target in LdapTarget.Of(options).Where(t => t.Map is null))
        {
            var result = await ConnectAsync(target, server, ct);
            var answer = LdapResults.Of(result);
            if (answer == LdapOutcome.None)
            {
                Note(VerificationMethod.NotCheckable, NotTried(result, server, $"as user {target.User}"));
                isTried = false;
            }

            if (answer == LdapOutcome.Failed)
                return ApplyFailure.Final(
                    ApplyCodes.NotServed,
                    "probe",
                    $"User {target.User} cannot connect to {server}: {result.Said}. The server does not take the certificate, or its own "
                    + "does not lead to a trusted authority.");
        }

        if (!isTried) return null;
        if (!presents)
        {
            if (options.Users is { Count: > 0 }) Note(VerificationMethod.Wire, $"{server} was reached with the trusted authorities");
            return null;
        }

        // The same, but for the certificate: a server that lets that in, too, proves nothing of it.
        var stranger = await AskAsNobodyAsync(server, ct);
        // One that does not answer in time refuses nobody.
        var without = stranger.TimedOut ? LdapOutcome.None : LdapResults.Of(stranger);
        if (without == LdapOutcome.None)
        {
            Note(VerificationMethod.NotCheckable, NotTried(stranger, server, "without a certificate"));
            return null;
        }

        if (without == LdapOutcome.Answered)
        {
            if (options.Users is { Count: > 0 })
                Note(
                    VerificationMethod.Loaded,
                    $"{server} was reached, but asks for no certificate, so that nothing shows that it was presented");
            return null;
        }

        demanding.Add(server.TrimEnd('/'));
        if (options.Users is { Count: > 0 }) Note(VerificationMethod.Wire, $"{server} demands a certificate and took it");
        return null;
    }

    // Any server certificate will do here: only the answer to a missing client certificate is asked for.
    private Task<ProcessResult> AskAsNobodyAsync(string server, CancellationToken ct) => runner.RunAsync(
        Environment, ["-i", "LC_ALL=C", "LDAPNOINIT=1", WhoAmI, "-x", "-o", "TLS_REQCERT=never", "-H", server], null, Limit, ct);

    private static string NotTried(ProcessResult result, string server, string how) =>
        $"a connection to {server} {how} could not be tried: {WhoAmI} ended with {result.ExitCode} and said "
        + $"\"{(result.Said.Length > 0 ? result.Said : "nothing")}\"";

    private async Task<ApplyFailure?> ProveAsync(PostfixMap map, bool presents, CancellationToken ct)
    {
        if (map.ProbeKey is not { } key)
        {
            Note(VerificationMethod.Loaded, $"{map.File} read back");
            return null;
        }

        if (!File.Exists(PostMap) || !File.Exists(SetPrivileges.Program))
        {
            Note(VerificationMethod.NotCheckable, $"{PostMap} and {SetPrivileges.Program} are needed to look something up in {map.File}");
            return null;
        }

        var target = new LdapTarget(map.File, options.MailOwner, map);
        var server = target.Find(HostText.Read(map.File, options.MailOwner) ?? "", "server_host") ?? "";
        if (Uri.TryCreate(server, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && !await AnswersAsync(uri, ct))
        {
            Note(VerificationMethod.NotCheckable, $"{server} of {map.File} does not take connections now");
            return null;
        }

        var directory = options.PostfixDirectory ?? "/etc/postfix";
        var result = await runner.RunAsync(
            SetPrivileges.Program,
            [.. SetPrivileges.ArgumentsOf(options.MailOwner), PostMap, "-c", directory, "-q", key, $"ldap:{map.File}"],
            null,
            Limit,
            ct);
        if (result.ExitCode is not (0 or 1) || result.Error.Contains("fatal:", StringComparison.Ordinal))
            return ApplyFailure.Final(
                ApplyCodes.NotServed, "probe", $"Postfix cannot look anything up in {map.File}: {LastLine(result)}");
        if (presents && !demanding.Contains(server.TrimEnd('/')))
            Note(VerificationMethod.Loaded, $"{map.File} was looked up; nothing shows that its server asked for the certificate");
        else
            Note(VerificationMethod.Wire, $"{map.File} was looked up");
        return null;
    }

    private Task<ProcessResult> ConnectAsync(LdapTarget target, string server, CancellationToken ct) => runner.RunAsync(
        SetPrivileges.Program,
        [
            .. SetPrivileges.ArgumentsOf(target.User), Environment, "-i", $"HOME={Path.GetDirectoryName(target.Path)}", "LC_ALL=C",
            WhoAmI, "-x", "-o", "nettimeout=10", "-H", server,
        ],
        null,
        Limit,
        ct);

    private static async Task<bool> AnswersAsync(Uri server, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(ConnectLimit);
        using var client = new TcpClient();
        var usual = server.Scheme == "ldaps" ? SecurePort : PlainPort;
        try
        {
            await client.ConnectAsync(server.Host, server.Port > 0 ? server.Port : usual, limit.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private static string LastLine(ProcessResult result) => result.Error.Trim().Split('\n')[^1];

    private void Note(VerificationMethod method, string what)
    {
        if (method > weakest) weakest = method;
        told.Add(what);
    }
}
