using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Cluster.Testing.Network;
using Cluster.Testing.Processes;

namespace Cluster.Testing.Postfix;

/// <summary>
/// A private Postfix instance on loopback, with its own configuration, queue and log; needs root. Stopped and removed when
/// disposed.
/// </summary>
public sealed partial class PostfixInstance : IAsyncDisposable
{
    private readonly TestDirectory directory;
    private readonly Dictionary<string, string[]> administrator = [];
    private readonly IReadOnlyList<string> wrapped;

    private PostfixInstance(TestDirectory directory, PostfixOptions options)
    {
        On = options.On;
        wrapped = options.Wrapped;
        this.directory = directory;
        Name = options.Name;
        ConfigDirectory = options.ConfigDirectory ?? directory.Make("etc");
        var ports = On is null ? FreePort.Next(options.Listeners.Count) : Enumerable.Range(25, options.Listeners.Count);
        Ports = options.Listeners.Zip(ports).ToDictionary(p => p.First, p => p.Second);
        EndPoints = Ports.ToDictionary(p => p.Key, p => new IPEndPoint(AddressOf(options.OverIPv6.Contains(p.Key)), p.Value));
    }

    /// <summary>Name in file names.</summary>
    public string Name { get; }

    /// <summary>Its configuration directory.</summary>
    public string ConfigDirectory { get; }

    /// <summary>The host of a network that it runs on; null = this one.</summary>
    public NetworkHost? On { get; }

    /// <summary>Its directory, in which queue, data and log stand too.</summary>
    public string Root => directory.Path;

    /// <summary>Port of each listener, by name.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; }

    /// <summary>Address and port of each listener, by name.</summary>
    public IReadOnlyDictionary<string, IPEndPoint> EndPoints { get; }

    /// <summary>Port of the only or first listener.</summary>
    public int Port => Ports.Values.First();

    /// <summary>Everything in its log.</summary>
    public string Log => UnlockedFile.Read(directory["log/maillog"]);

    /// <summary>Process id of its master; 0 when it does not run.</summary>
    public int MasterPid
    {
        get => MasterOf(directory["spool"]);
    }

    /// <summary>Writes an instance; it is not started.</summary>
    public static async Task<PostfixInstance> CreateAsync(PostfixOptions? options = null)
    {
        options ??= new PostfixOptions();
        var instance = new PostfixInstance(new TestDirectory("postfix-" + options.Name), options);
        await instance.WriteAsync(options);
        return instance;
    }

    /// <summary>Writes an instance and starts it.</summary>
    public static async Task<PostfixInstance> StartNewAsync(PostfixOptions? options = null)
    {
        var instance = await CreateAsync(options);
        await instance.StartAsync();
        return instance;
    }

    /// <summary>Starts it and waits until its listeners answer.</summary>
    public async Task StartAsync()
    {
        (await PostfixAsync("start")).Ok();
        foreach (var place in EndPoints.Where(p => !wrapped.Contains(p.Key)).Select(p => p.Value))
        {
            await Eventually.Is(() => SmtpProbe.GreetsAsync(place, On), $"the listener at {place} greets");
        }
    }

    /// <summary>Stops it and waits until its master is gone.</summary>
    public async Task StopAsync()
    {
        if (MasterPid == 0)
        {
            return;
        }

        await PostfixAsync("stop");
        await Eventually.Is(() => MasterPid == 0, "Postfix has stopped");
    }

    /// <summary>Kills the master and everything that it started, as a power cut does.</summary>
    public Task KillAsync() => KillAsync(MasterPid);


    /// <summary>Lets it read its configuration anew.</summary>
    public async Task ReloadAsync() => (await PostfixAsync("reload")).Ok();

    /// <summary>Runs <c>postfix -c DIR VERB</c>.</summary>
    public Task<CommandResult> PostfixAsync(string verb) => RunAsync("/usr/sbin/postfix", ["-c", ConfigDirectory, verb]);

    /// <summary>Runs <c>postconf -c DIR …</c> and returns its output.</summary>
    public async Task<string> PostconfAsync(params string[] arguments) =>
        (await Command.RunAsync("/usr/sbin/postconf", ["-c", ConfigDirectory, .. arguments])).Ok().Output;

    /// <summary>
    /// What a listener would show after a start, as Postfix itself finds it in its files. Throws when key and certificate do not
    /// fit.
    /// </summary>
    public async Task<SmtpSight> StoredAsync(string listener)
    {
        var level = await ListenerParameterAsync(listener, "smtpd_tls_security_level") switch { "may" =>
            "preferred", "encrypt" => "required", "" or "none" => "off", var other => other };
        if (level == "off") return SmtpSight.WithoutTls;
        using var pair = X509Certificate2.CreateFromPemFile(await ListenerParameterAsync(listener, "smtpd_tls_chain_files"));
        return new SmtpSight(level, pair.SerialNumber.ToLowerInvariant());
    }

    /// <summary>Submits a message on the host.</summary>
    public Task SendAsync(string from, string to, string subject = "test") => SendAsync(from, [to], subject);

    /// <summary>Submits one message to several recipients on the host.</summary>
    public async Task SendAsync(string from, IReadOnlyList<string> to, string subject = "test") =>
        (await RunAsync(
            "/usr/sbin/sendmail",
            ["-C", ConfigDirectory, "-f", from, .. to],
            $"From: {from}\nTo: {string.Join(", ", to)}\nSubject: {subject}\n\nHello\n")).Ok();

    /// <summary>Hands a message to its first listener, in clear text.</summary>
    public async Task SubmitAsync(string from, params IReadOnlyList<string> to)
    {
        await using var dialog = await SmtpDialog.OpenAsync(Port);
        await dialog.SayAsync("EHLO client.example.test", "250");
        await dialog.SayAsync($"MAIL FROM:<{from}>", "250");
        foreach (var one in to) await dialog.SayAsync($"RCPT TO:<{one}>", "250");
        await dialog.SayAsync("DATA", "354");
        await dialog.SayAsync($"From: {from}\r\nSubject: test\r\n\r\nHello\r\n.", "250");
    }

    /// <summary>Waits for a line in its log and returns it.</summary>
    public async Task<string> LogLineAsync(string pattern)
    {
        var regex = new Regex(pattern);
        return await Eventually.Has(
            () =>
                Task.FromResult(
                    Log.Split('\n').FirstOrDefault(l => regex.IsMatch(l)) ?? ""), l => l.Length > 0, $"a log line like {pattern}");
    }

    /// <summary>
    /// Waits for a message to a recipient, of an instance that keeps mail, and returns its Received header of the way in, on one
    /// line.
    /// </summary>
    public async Task<string> ReceivedHeaderAsync(string to) => await Eventually.Has(
        () =>
            Task.FromResult(
                ReceivedHeader(UnlockedFile.Read(directory["mail/all"]), to)), h => h.Length > 0, $"a delivered message to {to}");

    /// <summary>How often it has read its configuration anew.</summary>
    public int Reloads => Regex.Count(Log, @"postfix/master\[\d+\]: reload ");

    /// <summary>
    /// Content hash and inode time of every file of its configuration directory: equal before and after, nothing was rewritten.
    /// </summary>
    public IReadOnlyDictionary<string, string> Snapshot() => FileTree.Describe(ConfigDirectory);

    /// <summary>
    /// What differs between main.cf and master.cf and what their administrator wrote, besides what an agent may add: parameters
    /// that he has not, each once, at the end of main.cf, and option lines that name them in master.cf.
    /// </summary>
    public async Task<IReadOnlyList<string>> StrayLinesAsync()
    {
        var (main, master) = (administrator["main.cf"], administrator["master.cf"]);
        var live = (await File.ReadAllLinesAsync(InConfig("main.cf"))).Where(l => l.Length > 0).ToArray();
        var added = live.Skip(main.Length).Where(l => l[0] != '#').Select(l => l.Split('=')[0].Trim()).ToList();
        var taken = main.Select(l => l.Split('=')[0].Trim()).ToHashSet();
        var others = (await File.ReadAllLinesAsync(InConfig("master.cf"))).Where(l => l.Length > 0 && !AgentOption().IsMatch(l)).ToArray();
        return
        [
            .. Differences("main.cf", main, [.. live.Take(main.Length)]),
            .. live.Skip(main.Length).Count(l => l[0] == '#') > 1 ? ["main.cf: more than one heading"] : Array.Empty<string>(),
            .. added.Where((name, i) => name.Length == 0 || taken.Contains(name) || added.IndexOf(name) != i)
                .Select(n => $"main.cf: stray {n}"),
            .. Differences("master.cf", master, others),
        ];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();

        // A scratch instance that an agent was killed beside.
        foreach (var scratch in Directory.EnumerateFiles(ConfigDirectory, "master.pid", SearchOption.AllDirectories))
        {
            await KillAsync(MasterOf(Path.GetDirectoryName(Path.GetDirectoryName(scratch))!));
        }

        directory.Dispose();
    }

    // With interfaces of its own, Postfix runs only where they are.
    private Task<CommandResult> RunAsync(string file, IEnumerable<string> arguments, string input = "") =>
        On is null ? Command.RunAsync(file, arguments, input) : On.RunAsync(file, arguments, input);

    private static string ReceivedHeader(string mailbox, string to) =>
        Regex.Match(
            mailbox,
            $@"^Delivered-To: {Regex.Escape(to)}\n(?<header>Received: .*(\n[ \t].*)*)",
            RegexOptions.Multiline) is { Success: true } found
            ? Regex.Replace(found.Groups["header"].Value, @"\s+", " ")
            : "";

    private static IEnumerable<string> Differences(string name, string[] wanted, string[] there) =>
        wanted.SequenceEqual(there) ? [] : [$"{name} is", .. there, "and not", .. wanted];

    [GeneratedRegex(@"^  -o (smtpd|tls_append|tls_server|tls_high|tls_preempt|plaintext_reject)_\w+=\$cluster_\w+$")]
    private static partial Regex AgentOption();

    private static int MasterOf(string queue) =>
        int.TryParse(UnlockedFile.Read(Path.Combine(queue, "pid/master.pid")).Trim(), out var pid) && Host.IsAlive(pid) ? pid : 0;

    private static async Task KillAsync(int master)
    {
        int[] all = master == 0 ? [] : [master, .. Host.ChildrenOf(master)];
        foreach (var one in all)
        {
            Host.Kill(one);
        }

        await Eventually.Is(() => all.All(p => !Host.IsAlive(p)), "every Postfix process is gone");
    }

    private IPAddress AddressOf(bool isV6)
    {
        if (On is null) return IPAddress.Loopback;
        return isV6 ? On.AddressV6 : On.Address;
    }

    private string InConfig(string name) => Path.Combine(ConfigDirectory, name);

    // Of a parameter that is not set, postconf prints nothing but a warning.
    private async Task<string> ListenerParameterAsync(string listener, string name) =>
        (await PostconfAsync("-Phx", $"127.0.0.1:{Ports[listener]}/inet/{name}")).Trim();

    private async Task WriteAsync(PostfixOptions options)
    {
        directory.Make("spool");
        directory.Make("log");
        (await Command.RunAsync("/bin/sh", ["-ec", PostfixFiles.MakeQueue, "sh", Root])).Ok();
        await WriteAsync("main.cf", PostfixFiles.MainCf(options, Root, ConfigDirectory));
        await WriteAsync("master.cf", PostfixFiles.MasterCf(EndPoints, options.Wrapped));
        await File.WriteAllTextAsync(InConfig("transport"), PostfixFiles.Transport(options));
    }

    private async Task WriteAsync(string name, string text)
    {
        await File.WriteAllTextAsync(InConfig(name), text);
        administrator[name] = [.. text.Split('\n').Where(l => l.Length > 0)];
    }
}
