using System.Net;

namespace Cluster.Testing.Postfix;

/// <summary>The configuration files of a private instance.</summary>
internal static class PostfixFiles
{
    /// <summary>
    /// Makes data and queue directories as <c>postfix check</c> does in seconds; the file tells the first start that everything
    /// was checked.
    /// </summary>
    internal const string MakeQueue = """
        cd "$1"
        install -d -o postfix -m 700 data
        install -d -o nobody -m 755 mail
        cd spool
        install -d -m 755 pid
        install -d -o postfix -m 700 active bounce corrupt defer deferred flush hold incoming private saved trace
        install -d -o postfix -g postdrop -m 730 maildrop
        install -d -o postfix -g postdrop -m 710 public
        : >quick-start
        """;

    internal static string MainCf(PostfixOptions options, string root, string configDirectory) => string.Join('\n', [
        "compatibility_level = 3.6",
        $"queue_directory = {root}/spool",
        $"data_directory = {root}/data",
        $"maillog_file = {root}/log/maillog",
        $"maillog_file_prefixes = {root}/log",
        $"myhostname = {options.Hostname}",
        $"mydestination = {string.Join(", ", options.Domains)}",
        $"inet_protocols = {(options.OverIPv6.Count > 0 ? "all" : "ipv4")}",
        $"inet_interfaces = {string.Join(", ", Interfaces(options))}",
        "mynetworks = 127.0.0.0/8",
        "alias_maps =",
        "alias_database =",
        "local_recipient_maps =",
        .. options.KeepsMail ? Mailbox(root) : ["local_transport = discard:"],
        $"smtp_dns_support_level = {(options.On is null ? "disabled" : "enabled")}",
        "minimal_backoff_time = 5s",
        "smtp_tls_loglevel = 1",
        "smtpd_tls_loglevel = 1",
        .. options.Routes.Count > 0 ? [$"transport_maps = texthash:{configDirectory}/transport"] : Array.Empty<string>(),
        .. options.MainCf,
        "",
    ]);

    private static IEnumerable<string> Interfaces(PostfixOptions options)
    {
        yield return "127.0.0.1";
        if (options.On is not { } host) yield break;
        yield return host.Address.ToString();
        if (options.OverIPv6.Count > 0) yield return $"[{host.AddressV6}]";
    }

    private static string[] Mailbox(string root) =>
    [
        "local_transport = virtual:",
        $"virtual_mailbox_base = {root}/mail",
        "virtual_mailbox_maps = static:all",
        "virtual_uid_maps = static:65534",
        "virtual_gid_maps = static:65534",
        "smtpd_tls_received_header = yes",
    ];

    internal static string Transport(PostfixOptions options) =>
        string.Concat(
            options.Routes.Select(
                r => $"{r.Key} smtp:[{r.Value[..r.Value.LastIndexOf(':')]}]:{r.Value[(r.Value.LastIndexOf(':') + 1)..]}\n"));

    internal static string MasterCf(IReadOnlyDictionary<string, IPEndPoint> listeners, IReadOnlyList<string> wrapped) => string.Concat(
        listeners.Select(p => $"{p.Value} inet n - n - - smtpd\n  -o syslog_name=postfix/{p.Key}\n"
            + (wrapped.Contains(p.Key) ? "  -o smtpd_tls_wrappermode=yes\n" : ""))) + """
        pickup unix n - n 60 1 pickup
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        tlsmgr unix - - n 1000? 1 tlsmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        verify unix - - n - 1 verify
        flush unix n - n 1000? 0 flush
        proxymap unix - - n - - proxymap
        proxywrite unix - - n - 1 proxymap
        smtp unix - - n - - smtp
        relay unix - - n - - smtp
        showq unix n - n - - showq
        error unix - - n - - error
        retry unix - - n - - error
        discard unix - - n - - discard
        local unix - n n - - local
        virtual unix - n n - - virtual
        lmtp unix - - n - - lmtp
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        postlog unix-dgram n - n - 1 postlogd

        """;
}
