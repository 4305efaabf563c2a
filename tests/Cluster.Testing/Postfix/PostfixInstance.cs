using System.Text.RegularExpressions;
using Cluster.Testing.Processes;

namespace Cluster.Testing.Postfix;

/// <summary>A private Postfix instance on loopback, with its own configuration, queue and log; needs root. Stopped and removed when disposed.</summary>
public sealed class PostfixInstance : IAsyncDisposable
{
    private readonly TestDirectory directory;

    private PostfixInstance(TestDirectory directory, PostfixOptions options)
    {
        this.directory = directory;
        Name = options.Name;
        Ports = options.Listeners.Zip(FreePort.Next(options.Listeners.Count)).ToDictionary(p => p.First, p => p.Second);
    }

    /// <summary>Name in file names.</summary>
    public string Name { get; }

    /// <summary>Its configuration directory.</summary>
    public string ConfigDirectory => directory["etc"];

    /// <summary>Its directory, in which queue, data and log stand too.</summary>
    public string Root => directory.Path;

    /// <summary>Port of each listener, by name.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; }

    /// <summary>Port of the only or first listener.</summary>
    public int Port => Ports.Values.First();

    /// <summary>Everything in its log.</summary>
    public string Log => UnlockedFile.Read(directory["log/maillog"]);

    /// <summary>Process id of its master; 0 when it does not run.</summary>
    public int MasterPid
    {
        get => int.TryParse(UnlockedFile.Read(directory["spool/pid/master.pid"]).Trim(), out var pid) && Host.IsAlive(pid) ? pid : 0;
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
        foreach (var port in Ports.Values)
        {
            await Eventually.Is(() => SmtpProbe.GreetsAsync(port), $"the listener on port {port} greets");
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
    public async Task KillAsync()
    {
        var pid = MasterPid;
        int[] all = pid == 0 ? [] : [pid, .. Host.ChildrenOf(pid)];
        foreach (var one in all)
        {
            Host.Kill(one);
        }

        await Eventually.Is(() => all.All(p => !Host.IsAlive(p)), "every Postfix process is gone");
    }

    /// <summary>Lets it read its configuration anew.</summary>
    public async Task ReloadAsync() => (await PostfixAsync("reload")).Ok();

    /// <summary>Runs <c>postfix -c DIR VERB</c>.</summary>
    public Task<CommandResult> PostfixAsync(string verb) => Command.RunAsync("/usr/sbin/postfix", ["-c", ConfigDirectory, verb]);

    /// <summary>Runs <c>postconf -c DIR …</c> and returns its output.</summary>
    public async Task<string> PostconfAsync(params string[] arguments) =>
        (await Command.RunAsync("/usr/sbin/postconf", ["-c", ConfigDirectory, .. arguments])).Ok().Output;

    /// <summary>Submits a message on the host.</summary>
    public async Task SendAsync(string from, string to, string subject = "test") =>
        (await Command.RunAsync(
            "/usr/sbin/sendmail", ["-C", ConfigDirectory, "-f", from, to], $"From: {from}\nTo: {to}\nSubject: {subject}\n\nHello\n")).Ok();

    /// <summary>Waits for a line in its log and returns it.</summary>
    public async Task<string> LogLineAsync(string pattern, TimeSpan? timeout = null)
    {
        var regex = new Regex(pattern);
        return await Eventually.Has(
            () => Task.FromResult(Log.Split('\n').FirstOrDefault(l => regex.IsMatch(l)) ?? ""), l => l.Length > 0, $"a log line like {pattern}", timeout);
    }

    /// <summary>How often it has read its configuration anew.</summary>
    public int Reloads => Regex.Count(Log, @"postfix/master\[\d+\]: reload ");

    /// <summary>Content hash and inode time of every file of its configuration directory: equal before and after, nothing was rewritten.</summary>
    public IReadOnlyDictionary<string, string> Snapshot() => FileTree.Describe(ConfigDirectory);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        catch (TestGaveUpException)
        {
            await KillAsync();
        }

        directory.Dispose();
    }

    private async Task WriteAsync(PostfixOptions options)
    {
        directory.Make("etc");
        directory.Make("spool");
        directory.Make("log");
        File.SetUnixFileMode(directory.Make("data"), UnixModes.Private | UnixFileMode.UserExecute);
        (await Command.RunAsync("/bin/chown", ["postfix", directory["data"]])).Ok();
        await File.WriteAllTextAsync(directory["etc/main.cf"], PostfixFiles.MainCf(options, Root));
        await File.WriteAllTextAsync(directory["etc/master.cf"], PostfixFiles.MasterCf(Ports));
        await File.WriteAllTextAsync(directory["etc/transport"], PostfixFiles.Transport(options));
        (await PostfixAsync("check")).Ok();
    }
}
