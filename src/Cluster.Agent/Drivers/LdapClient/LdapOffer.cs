using System.Globalization;
using Cluster.Agent.Drivers.Processes;
using Cluster.Agent.Drivers.Protocols;
using Cluster.Agent.State;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>
/// Lets libldap, as users and Postfix have it, connect to the agent on loopback, and compares the versions and ciphers that it offers
/// with a block.
/// </summary>
internal sealed class LdapOffer(IProcessRunner runner, LdapClientOptions options)
{
    private const string WhoAmI = "/usr/bin/ldapwhoami";
    private const string PostMap = "/usr/sbin/postmap";
    private const string Environment = "/usr/bin/env";
    private const string Linked = "/usr/bin/ldd";
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Searchable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Why a block cannot be applied here, tried beside the live files; null = it can.</summary>
    public async Task<string?> RefusalAsync(TlsProtocolBlock block, CancellationToken ct)
    {
        if (new[] { WhoAmI, SetPrivileges.Program, Linked }.FirstOrDefault(f => !File.Exists(f)) is { } missing)
            return $"{missing} is not on this host, so that nothing shows which versions and ciphers libldap offers. Install ldap-utils, "
                + "util-linux and libc-bin.";
        var linked = await runner.RunAsync(Linked, [WhoAmI], input: null, Limit, ct);
        if (!linked.Output.Contains("libgnutls.", StringComparison.Ordinal))
            return "libldap of this host is not linked with GnuTLS; versions and ciphers are known for that library only. Define the block "
                + "at the levels of machines whose libldap uses GnuTLS, as that of Debian and Ubuntu does.";
        if (GnuTlsPriority.Unknown(block) is { } unknown)
            return $"GnuTLS, which libldap of this host uses, has no cipher {unknown}. Leave it out.";
        var priority = GnuTlsPriority.Write(block);
        foreach (var target in LdapTarget.Of(options).Where(t => Privileges.Find(t.User) is not null).DistinctBy(t => t.Map is null))
        {
            var trial = target.Map is null ? Tried(target, priority) : Looking(target, priority);
            if (await trial.LookAsync(block, ct) is { } problem)
                return "libldap, with the TLS library of this host, does not offer versions and ciphers as they are named. Tried beside "
                    + $"the live files: {problem} GnuTLS combines key exchanges and ciphers: name every combination, all of the first key "
                    + "exchange before those of the next.";
        }

        return null;
    }

    /// <summary>What is offered with the live files otherwise than a block says; null = nothing.</summary>
    public async Task<ApplyFailure?> ProveAsync(TlsProtocolBlock block, CancellationToken ct)
    {
        foreach (var target in LdapTarget.Of(options))
        {
            var look = target.Map is null
                ? Live(target)
                : Looking(target, target.Find(HostText.Read(target.Path, target.User) ?? "", LdapTarget.Ciphers));
            if (await look.LookAsync(block, ct) is { } problem)
                return ApplyFailure.Final(
                    ApplyCodes.NotServed, "probe", $"What {target.User} offers to LDAP servers by {target.Path}: {problem}");
        }

        return null;
    }

    // Nothing of the user's own files: what stands there now says nothing of what will.
    private ClientOffer Tried(LdapTarget target, string priority) => new((port, ct) =>
        ConnectAsync(target, ["HOME=/nonexistent", $"LDAP{LdapTarget.Ciphers}={priority}"], port, ct), UserOf(target));

    private ClientOffer Live(LdapTarget target) => new((port, ct) =>
        ConnectAsync(target, [$"HOME={Path.GetDirectoryName(target.Path)}"], port, ct), UserOf(target));

    private async Task<string> ConnectAsync(LdapTarget target, string[] environment, int port, CancellationToken ct)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"ldaps://127.0.0.1:{port}");
        string[] command = [Environment, "-i", "LC_ALL=C", .. environment, WhoAmI, "-x", "-o", "nettimeout=10", "-H", url];
        return await RunAsync(target, command, ct);
    }

    // The map itself would ask its own server: one like it, with no more than the option, asks the agent.
    private ClientOffer Looking(LdapTarget target, string? priority) => new(async (port, ct) =>
    {
        var directory = Directory.CreateTempSubdirectory("cluster-ldap-");
        try
        {
            File.SetUnixFileMode(directory.FullName, Searchable);
            var map = Path.Combine(directory.FullName, "map.cf");
            var url = string.Create(CultureInfo.InvariantCulture, $"ldaps://127.0.0.1:{port}");
            string[] lines = [$"server_host = {url}", "version = 3", "search_base = dc=trial", "bind = no", "timeout = 10"];
            string[] own = priority is null ? [] : [target.Line(LdapTarget.Ciphers, priority)];
            await File.WriteAllLinesAsync(map, [.. lines, .. own], ct);
            File.SetUnixFileMode(map, Readable);
            string[] command = [PostMap, "-c", options.PostfixDirectory ?? "/etc/postfix", "-q", "trial", $"ldap:{map}"];
            return await RunAsync(target, command, ct);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }, UserOf(target));

    private static uint UserOf(LdapTarget target) => Privileges.Find(target.User)?.User
        ?? throw new IOException($"There is no user {target.User} on this host any more.");

    private async Task<string> RunAsync(LdapTarget target, string[] command, CancellationToken ct)
    {
        string[] arguments = [.. SetPrivileges.ArgumentsOf(target.User), .. command];
        return (await runner.RunAsync(SetPrivileges.Program, arguments, input: null, Limit, ct)).Said;
    }
}
