using System.CommandLine;
using System.Globalization;
using Cluster.Agent.Apply;
using Cluster.Agent.State;

namespace Cluster.Agent.Programs;

/// <summary>Stops all applying on this host until it is released.</summary>
internal static class HoldVerb
{
    public static Command Make()
    {
        var verb = new Command(
            "hold", "Stops all applying on this host until release.\n\nExamples:\n  cluster-agent hold\n  cluster-agent hold --for 4h");
        var duration = new Option<string>("--for") { Description = "How long, for example 90s, 30m, 4h, 2d; without it until release." };
        verb.Options.Add(duration);
        var common = new CommonOptions(verb);
        verb.SetAction(async (parsed, ct) =>
        {
            double? seconds = null;
            if (parsed.GetValue(duration) is { } text)
            {
                seconds = Seconds(text);
                if (seconds is null) return Speech.Fail(ExitCodes.Usage, "--for: a number and s, m, h or d, for example 4h.");
            }

            return await SetAsync(common.State(parsed), new ControlRequest { Verb = "hold", ForSeconds = seconds }, ct);
        });
        return verb;
    }

    /// <summary>Holds or releases: through the running agent, else in the state directory.</summary>
    public static async Task<int> SetAsync(StateDirectory directory, ControlRequest request, CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (await ControlClient.TryAskAsync(directory, request, ct) is { } answer)
        {
            if (answer.Message.Length > 0) return Speech.Fail(answer.ExitCode, answer.Message);
            return answer.ExitCode == ExitCodes.Ok ? Done(request, now) : answer.ExitCode;
        }

        try
        {
            using var held = StateLock.TryTake(directory);
            if (held is null) return Speech.Fail(ExitCodes.Conflict, "An agent runs with this state directory, but does not answer.");
            new ApplyStore(directory).Save(request.ToHold(now));
            return Done(request, now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Speech.Fail(e);
        }
    }

    private static int Done(ControlRequest request, DateTimeOffset now)
    {
        var end = request.ForSeconds is { } seconds ? now.AddSeconds(seconds).ToString("u", CultureInfo.InvariantCulture) : "released";
        Console.WriteLine(
            request.Verb == "release"
                ? "Released: what was assigned meanwhile is applied."
                : $"Held until {end}: nothing is applied, services go on.");
        return ExitCodes.Ok;
    }

    private static double? Seconds(string text)
    {
        var unit = text.Length > 0 ? text[^1] : ' ';
        var factor = unit switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86400,
            _ => 0,
        };
        return factor > 0
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0
            ? (double)number * factor
            : null;
    }
}
