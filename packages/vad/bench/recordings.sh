#!/bin/sh
# Fetches the recordings that the bench plays, as 8 kHz WAV files: sh packages/vad/bench/recordings.sh FOLDER
# They are of Debian packages under free licences and are not part of this repository. Needs root or sudo's apt-get for the
# tools: sox, libsox-fmt-base, vorbis-tools, unzip, opus-tools.
set -u
folder=${1:?"a folder to write to"}
mkdir -p "$folder/packages" "$folder/x"
cd "$folder" || exit 1

# Unpacks a Debian package without installing it, and what it packs once more.
unpack() {
  [ -d "x/$1" ] && return
  (cd packages && apt-get download -q "$1" >/dev/null) && dpkg -x "packages/$1"_*.deb "x/$1"
  find "x/$1" \( -name '*.pk3' -o -name '*.wz' \) -exec unzip -q -o -d "x/$1/unpacked" {} \;
  find "x/$1" -name '*.opus' -exec opusdec --quiet --rate 48000 {} {}.wav \; 2>/dev/null
}

convert() { # SOURCE TARGET [effects]
  from=$1 to=$2
  shift 2
  sox -V1 "$from" -c 1 -r 8000 -b 16 -e signed-integer "$to" "$@" 2>/dev/null
}

# 120 prompts of a package, evenly by name; what is no speech is left out.
speech() { # PART NAME PACKAGE PATTERN
  mkdir -p "$1/speech"
  unpack "$3"
  find "x/$3" -type f -ipath "$4" | grep -v -i -E 'silence|beep|2tone|monkeys|/moh/' | LC_ALL=C sort >list
  awk -v step="$(awk 'END { print NR / 120 }' list)" 'NR - 1 >= n { print; n += step > 1 ? step : 1 }' list |
    { i=0; while read -r file; do i=$((i + 1)); convert "$file" "$1/speech/$2-$(printf %03d $i).wav"; done; }
}

# Up to three clips of 15 s of each piece.
music() { # PART NAME PACKAGE
  mkdir -p "$1/music"
  unpack "$3"
  find "x/$3" -type f \( -iname '*.ogg' -o -iname '*.mp3' -o -iname '*.wav' \) | LC_ALL=C sort |
    { i=0; while read -r file; do
      seconds=$(soxi -D "$file" 2>/dev/null) || continue
      [ "${seconds%.*}" -ge 25 ] || continue
      i=$((i + 1))
      for at in 5 45 85; do
        [ $((at + 15)) -le "${seconds%.*}" ] && convert "$file" "$1/music/$2-$(printf %02d $i)-$at.wav" trim $at 15
      done
    done; }
}

# The tuning set, which chose the thresholds …
for language in en es fr it ru; do speech chose $language asterisk-core-sounds-$language-wav '*.wav'; done
music chose moh asterisk-moh-opsound-wav
music chose wesnoth wesnoth-1.16-music
music chose warzone warzone2100-music
# … the evaluation set …
speech judged es-co asterisk-prompt-es-co '*.gsm'
speech judged armelle asterisk-prompt-fr-armelle '*.gsm'
speech judged menardi asterisk-prompt-it-menardi-wav '*.wav'
speech judged fillets-cs fillets-ng-data-cs '*.ogg'
speech judged fillets-nl fillets-ng-data-nl '*.ogg'
for game in nexuiz ufoai hyperrogue singularity drascula asc; do music judged $game $game-music; done
music judged planetblupi planetblupi-music-ogg
# … and the blind set, whose packages were fixed before anything was measured on it.
speech blind warzone warzone2100-data '*/audio/memressp/*.ogg'
for language in bg el ro; do speech blind stamps-$language tuxpaint-stamps-default "*_desc_$language.ogg"; done
speech blind tuberling-da ktuberling-data '*/sounds/da/*.ogg'
for package in supertux-data hedgewars-data marsshooter-data starfighter-data lincity-ng-data unknown-horizons \
  flare-game colobot-common-sounds; do music blind "${package%-data}" $package; done
rm -f list
