"use strict";(self.rspackChunkexlab_wizard=self.rspackChunkexlab_wizard||[]).push([[667],{550(e,t,a){a.r(t);var i=a(369),s=a(2),n=a(901),r=a(238),l=a(338),o=a(782),h=a(256),d=a(660),c=class extends Error{status;code;constructor(e,t,a){super(a),this.status=e,this.code=t}};function p(e,t,a){return`${e}/${t.split("/").map(encodeURIComponent).join("/")}/${a}`}async function u(e,t,a,i=1e4){let s,n={"Content-Type":"application/json","X-XSRFToken":/(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie)?.[1]??""},r=AbortSignal.timeout(i);try{let i=void 0===a?void 0:JSON.stringify(a);s=await fetch(t,{method:e,headers:n,body:i,signal:r,credentials:"same-origin",cache:"no-store"})}catch{throw new c(0,"unreachable","The staging service does not answer.")}let l=await s.json().catch(()=>null);if(s.ok&&null!==l)return l;throw function(e,t){let{code:a="",message:i=a}=t??{};return([401,403].includes(e.status)||e.redirected)&&(!a||/not signed in/i.test(i))?new c(403,"signed_out","This page is no longer signed in to the server. Reload the page, and sign in if asked."):a?new c(e.status,a,i):404===e.status?new c(404,"not_installed","This Jupyter server has no staging service. Run `jupyter server extension enable exlab_wizard` where the server runs, and start it again."):new c(0,"unreachable",`The staging service does not answer properly (HTTP ${e.status}).`)}(s,l)}var g={Receiving:{icon:"receiving",tone:"grey",rank:2},Waiting:{icon:"waiting",tone:"wait",rank:2},Syncing:{icon:"syncing",tone:"blue",rank:1},Verifying:{icon:"verifying",tone:"blue",rank:1},Stalled:{icon:"stalled",tone:"amber",rank:1},Blocked:{icon:"blocked",tone:"amber",rank:1},Failed:{icon:"failed",tone:"red",rank:1},Verified:{icon:"verified",tone:"green",rank:3},Paused:{icon:"paused",tone:"grey",rank:2},Clearing:{icon:"moving",tone:"grey",rank:1},Restoring:{icon:"moving",tone:"grey",rank:1},Cleared:{icon:"cleared",tone:"grey",rank:4}},b=new Set(["Syncing","Verifying","Clearing","Restoring"]);function f(e){return g[e]??g.Waiting}function x(e){return b.has(e.display_state)}function w(e){let t=e.map(e=>{var t,a;return{path:e.path,rank:(t=e).needs_attention?0:f(t.display_state).rank,stamp:(a=e.path).slice(a.lastIndexOf("_")+1)}});return t.sort((e,t)=>{var a,i,s,n;return e.rank-t.rank||(a=t.stamp,a<(i=e.stamp)?-1:+(a>i))||(s=e.path,s<(n=t.path)?-1:+(s>n))}),t.map(e=>e.path)}var m=new Set(["Verified","Cleared","Failed","Blocked","Paused"]),v=class{api;rows=new Map;station=null;link={state:"loading",message:"",code:"",since:null};revision=null;onChange=null;visible=!0;quiet=!1;asking=!1;askAgain=!1;stopped=!0;failures=0;hotUntil=0;askedAt=0;timer=0;stopListening=null;failedAt=null;constructor(e){this.api=e}start(e){this.onChange=e,this.stopped=!1,this.stopListening=this.api.listen(()=>this.hint()),this.ask()}stop(){this.stopped=!0,window.clearTimeout(this.timer),this.stopListening?.()}setVisible(e){let t=e&&!this.visible;this.visible=e,t&&this.ask()}setQuiet(e){let t=this.quiet&&!e;this.quiet=e,t&&this.ask()}seed(e){for(let t of(this.station=e.station,e.rows))this.rows.set(t.path,{...t,receivedAt:performance.now()})}wake(){this.hotUntil=performance.now()+6e3,this.ask()}hint(){let e=this.askedAt+(this.quiet?2e3:200)-performance.now();e<=0?this.ask():this.schedule(e)}async ask(){if(!this.stopped&&this.visible){if(this.asking){this.askAgain=!0;return}this.asking=!0,this.askedAt=performance.now();try{this.accept(await this.api.overview(this.revision))}catch(e){this.fail(e)}this.asking=!1,this.schedule(this.askAgain?200:this.pause()),this.askAgain=!1}}schedule(e){window.clearTimeout(this.timer),this.stopped||(this.timer=window.setTimeout(()=>void this.ask(),e))}pause(){if("live"!==this.link.state)return 1===this.failures||"station_starting"===this.link.code?1e3:5e3;let e=[...this.rows.values()];return performance.now()<this.hotUntil||e.some(x)?this.quiet?2e3:500:e.every(e=>m.has(e.display_state))?4e3:2e3}accept(e){let t=null===e.since||null===this.revision||e.revision<this.revision;if(t&&null!==e.since){this.revision=null,this.askAgain=!0;return}let a=this.mergeRows(e,t);this.revision=e.revision;let{runs:i,removed:s,revision:n,since:r,...l}=e;this.station=l,this.failures=0;let o=this.setLink({state:"live",message:"",code:"",since:null});this.onChange?.({link:o,...a})}mergeRows(e,t){let a=t?this.missingIn(e.runs):e.removed;a.forEach(e=>this.rows.delete(e));let i=a.length>0;for(let t of e.runs){let e=this.rows.get(t.path);i||=e?.display_state!==t.display_state||e.needs_attention!==t.needs_attention,this.rows.set(t.path,{...t,receivedAt:performance.now()})}return{rows:new Set(e.runs.map(e=>e.path)),order:i}}missingIn(e){let t=new Set(e.map(e=>e.path));return[...this.rows.keys()].filter(e=>!t.has(e))}fail(e){let t=e instanceof c?e:new c(0,"unreachable",String(e));if(this.failures+=1,"unreachable"===t.code&&1===this.failures){this.failedAt=new Date;return}this.revision=null;let a="unreachable"===t.code,i=a?this.failedAt??new Date:null;this.setLink({state:a?"down":"refused",message:t.message,code:t.code,since:i})&&this.onChange?.({link:!0,rows:new Set,order:!1})}setLink(e){let t=this.link;return this.link=e,t.state!==e.state||t.code!==e.code||t.message!==e.message}},y=class{feed;listeners=new Set;lookers=new Set;onPage=()=>this.feed.setVisible(!document.hidden);constructor(e){this.feed=new v(e),this.feed.setQuiet(!0)}start(){document.addEventListener("visibilitychange",this.onPage),this.feed.start(e=>this.listeners.forEach(t=>t(e))),this.onPage()}stop(){document.removeEventListener("visibilitychange",this.onPage),this.feed.stop()}view(){return new k(this)}listen(e){return this.listeners.add(e),()=>this.listeners.delete(e)}look(e,t){t?this.lookers.add(e):this.lookers.delete(e),this.feed.setQuiet(0===this.lookers.size)}},k=class{constructor(e){this.shared=e}shared;visible=!0;onChange=null;unlisten=null;missed=null;get rows(){return this.shared.feed.rows}get station(){return this.shared.feed.station}get link(){return this.shared.feed.link}start(e){this.onChange=e,this.unlisten=this.shared.listen(e=>this.hear(e)),this.shared.look(this,this.visible),"live"===this.link.state&&this.hear({link:!1,rows:new Set(this.rows.keys()),order:!0})}stop(){this.unlisten?.(),this.unlisten=null,this.shared.look(this,!1)}seed(e){}setVisible(e){if(this.visible=e,!this.unlisten)return;this.shared.look(this,e);let t=this.missed;e&&t&&(this.missed=null,this.onChange?.(t))}wake(){this.shared.feed.wake()}hear(e){var t,a;this.visible?this.onChange?.(e):this.missed=this.missed?(t=this.missed,a=e,{link:t.link||a.link,rows:new Set([...t.rows,...a.rows]),order:t.order||a.order}):e}},_={cells:[{cell_type:"markdown",id:"about",metadata:{},source:["# Staging\n","\n","What the instruments have brought to this computer, and whether it is safe on the NAS. **Verified** means that every byte was\n","read back from the NAS: only then can the copy here be cleared.\n","\n","Run the next cell once. The table stays live by itself, also while other cells run."]},{cell_type:"code",execution_count:null,id:"panel",metadata:{},outputs:[],source:["from exlab_wizard import StagingPanel\n","\n","panel = StagingPanel()\n","panel"]},{cell_type:"markdown",id:"panel-text",metadata:{},source:["## What the panel tells Python\n","\n",'Tick runs in the table: `panel.selected` has their paths. `StagingPanel(equipment="CONFOCAL_01", states=["Verified", "Failed"],\n','height=400)` shows a part. `panel.observe(function, "selected")` calls a function of yours at each change; `runs` and `summary` can be\n',"observed, too."]},{cell_type:"code",execution_count:null,id:"panel-traits",metadata:{},outputs:[],source:['print(panel.summary.get("text", "No staging service answers yet: run this cell again."))\n','print("Selected:", *panel.selected or ["nothing yet: tick runs in the table and run this cell again"], sep="\\n  ")']},{cell_type:"markdown",id:"table-text",metadata:{},source:["`panel.table()` is the same as a pandas DataFrame, read from the server now (`pip install pandas`, if this fails)."]},{cell_type:"code",execution_count:null,id:"table",metadata:{},outputs:[],source:['columns = ["display_state", "equipment_id", "project_name", "file_count", "byte_total", "last_activity_at", "proven_at"]\n','panel.table().set_index("path")[columns].head(20)']},{cell_type:"markdown",id:"list-text",metadata:{},source:["## The same in Python\n","\n","`connect()` finds the server this notebook runs under. `list()` takes `equipment=`, `states=`, `project=`, `kind=` and\n","`attention=True`."]},{cell_type:"code",execution_count:null,id:"list",metadata:{},outputs:[],source:["from exlab_wizard import connect\n","\n","staging = connect()\n","staging.list()"]},{cell_type:"markdown",id:"open-text",metadata:{},source:["## Wait for a run and open its files\n","\n","`wait()` returns once the run is verified on the NAS. `path()` is where its files can be read: here, and after clearing on the\n","NAS, so a script that uses it keeps working. Put the name of your own run in place of the newest one, as\n",'`run = "Run_2026-04-17T14-32"`.']},{cell_type:"code",execution_count:null,id:"open",metadata:{},outputs:[],source:['under_way = staging.list(states=["Syncing", "Verifying", "Verified"])\n',"\n","if len(under_way):\n","    run = under_way[0]\n",'    staging.wait(run, until="sync_verified", timeout=30)\n',"    folder = staging.path(run)\n",'    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and ".exlab-wizard" not in file.parts]\n','    print(folder, *(f"{file.relative_to(folder)}  {file.stat().st_size:,} bytes" for file in files[:10]), sep="\\n")\n',"else:\n",'    print("No run has come this far yet: run this cell again when the panel shows one.")']}],metadata:{kernelspec:{display_name:"Python 3 (ipykernel)",language:"python",name:"python3"},language_info:{name:"python"}},nbformat:4,nbformat_minor:5},$="staging.ipynb";async function S(e,t,a){if(!t.length)return await (0,s.showDialog)({title:e,body:a,buttons:[s.Dialog.okButton()]}),"";let i=new Map(t.map(e=>[e.path,function(e){let[t,a,,i]=e.path.split("/");return`${i??e.path} (${t}, ${a}): ${e.display_state}`}(e)])),n=w(t),r=n.map(e=>i.get(e)??e),l=await s.InputDialog.getItem({title:e,label:"Run",items:r,okLabel:"Choose"});return n[l.button.accept&&l.value?r.indexOf(l.value):-1]??""}var A=[M("force_sync","Force sync","Force sync of which run?","be synced"),M("clear","Clear…","Clear the local copy of which run?","be cleared"),M("verify","Verify again","Verify which run again?","be verified again"),M("restore","Restore","Restore which run from the NAS?","be restored"),M("pause","Pause","Pause which run?","be paused"),M("resume","Resume","Resume which run?","be resumed"),M("retry","Retry","Retry which run?","be tried again"),M("log","Show log","Show the log of which run?","show a log")];function M(e,t,a,i){return{id:`exlab-wizard:${e.replace("_","-")}`,action:e,label:t,question:a,none:`No run can ${i} now.`}}var E=new h.LabIcon({name:"exlab-wizard:staging",svgstr:`<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161">
    <path d="M2 2h12v4H2zm1.2 1.2v1.6h9.6V3.2z" fill-rule="evenodd"/>
    <path d="M3 6h1.2v6.8h7.6V6H13v8H3z"/>
    <path d="M7.3 11.6 5 9.3l.9-.9 1.4 1.4 3-3 .9.9z"/>
  </g>
</svg>`}),C="exlab-wizard:open",L="exlab-wizard:open-tab",q="exlab-wizard:reveal",O=class{constructor(e,t,a){this.app=e,this.desk=t,this.feed=a}app;desk;feed;async onRun(e,t){var a,i;let s=(a=this.rows(),i=e.action,a.filter(e=>e.actions.includes(i))),n=this.meant(t,s)||await S(e.question,s,e.none);if(!n)return;let r=await this.desk.current();r.reveal(n),r.act(e.action,n)}async reveal(e){let t=this.rows(),a=R(e)||await S("Reveal which run?",t,"Nothing is staged.");a&&((await this.desk.current()).reveal(a),await this.browse(a))}async openNotebook(e){let t=e.cwd;try{let e="string"==typeof t?t:function(e){for(let t of e.shell.widgets("left")){if("filebrowser"!==t.id)continue;let e=t.model?.path;return"string"==typeof e?e.replace(/^[^/]*:/,""):""}return""}(this.app),a=await async function(e,t){let a=t?`${t}/${$}`:$;return await async function(e,t){return(await e.get(t,{content:!0})).content.some(e=>e.name===$)}(e,t)||await e.save(a,{type:"notebook",format:"json",content:_}),a}(this.app.serviceManager.contents,e);await this.app.commands.execute("docmanager:open",{path:a})}catch(e){await (0,s.showErrorMessage)("The staging notebook could not be opened",e instanceof Error?e:String(e))}}meant(e,t){let a=R(e);if(a)return a;let i=this.desk.activeRun;return t.some(e=>e.path===i)?i:""}async browse(e){var t;let a,i=this.feed.feed.station;if(!i||!this.feed.feed.rows.get(e)?.local_data||!this.app.commands.hasCommand(T))return;let s=function(e,t){if(e.startsWith("file:///"))try{return decodeURIComponent(new URL(e).pathname)}catch{return""}return t.startsWith("/")?t:""}(n.PageConfig.getOption("rootUri"),n.PageConfig.getOption("serverRoot")),r=(t=`${i.staging_root.replace(/\/+$/,"")}/${e}`,a=s.replace(/\/+$/,""),s.startsWith("/")&&t.startsWith(`${a}/`)?t.slice(a.length+1):null);null!==r&&await this.app.commands.execute(T,{path:r,dontShowBrowser:!0})}rows(){return[...this.feed.feed.rows.values()]}},T="filebrowser:open-path";function R(e){return"string"==typeof e.run?e.run:""}function j(e,t={},...a){let i=document.createElement(e);for(let[e,a]of Object.entries(t))N(i,e,a);return i.append(...a.filter(e=>null!==e)),i}function z(e){return{tabindex:e,"data-lm-suppress-shortcuts":"true"}}function P(e,t,a={}){let i=j("button",{type:"button",...z(0),...a},e);return i.addEventListener("click",()=>{"true"!==i.getAttribute("aria-disabled")&&t()}),i}function N(e,t,a){if(null==a||!1===a)return void e.removeAttribute(t);let i=!0===a?"":String(a);e.getAttribute(t)!==i&&e.setAttribute(t,i)}function V(e,t){e.textContent!==t&&(e.textContent=t)}function B(e,t){let a=document.activeElement,i=new Set(t);for(let t of[...e.children])i.has(t)||t.remove();t.forEach((t,a)=>{e.children[a]!==t&&e.insertBefore(t,e.children[a]??null)}),a instanceof HTMLElement&&a!==document.activeElement&&e.contains(a)&&a.focus({preventScroll:!0})}var D=["B","KiB","MiB","GiB","TiB","PiB","EiB"];function F(e){let t=Math.max(0,e),a=0;for(;Math.round(t)>=1024&&a<D.length-1;)t/=1024,a+=1;let i=+(a>0&&t<9.95);return`${t.toFixed(i)} ${D[a]}`}function H(e){return Math.round(e).toLocaleString("en-GB")}function I(e,t){return`${H(e)} ${t}${1===e?"":"s"}`}function K(e){let t;return e>86400?"more than a day":e<10?"a few seconds":e<55?`about ${10*Math.round(e/10)} s`:e<3450?`about ${(t=Math.max(1,Math.round(e/60)))<=10?t:5*Math.round(t/5)} min`:`about ${Math.round(e/3600*2)/2} h`}function W(e){let t=Math.max(0,e);return t<60?`${Math.floor(t)} s`:t<3600?`${Math.floor(t/60)} min`:t<86400?`${Math.floor(t/3600)} h`:I(Math.floor(t/86400),"day")}function U(e){return e<5?"just now":`${W(e)} ago`}function J(e,t=new Date){let a=e.toLocaleTimeString("en-GB",{hour:"2-digit",minute:"2-digit"});return e.toDateString()===t.toDateString()?a:`${e.toLocaleDateString("en-GB",{day:"numeric",month:"short"})}, ${a}`}function G(e){return Math.min(99,Math.max(0,Math.floor(100*e+1e-9)))}var Z={Receiving:e=>`${F(e.byte_total)} so far`,Verified:e=>null===e.proof_age_seconds?"100 %":`100 %, proven ${U(e.proof_age_seconds)}`,Clearing:()=>"clearing",Restoring:()=>"restoring",Cleared:()=>"on the NAS"},Q={Syncing:"starting",Verifying:"checking",Failed:"stopped"};function X(e){let t=e.seconds_since_bytes??0;return t>=30?`, no bytes for ${W(t)}`:null===e.seconds_left?"":`, ${K(e.seconds_left)}`}var Y=0;function ee(e,t){let a=F(e.byte_total);return ea({title:`Delete ${I(e.file_count,"file")}, ${a}, from this computer?`,lines:[j("span",{},"The copy on the NAS stays: ",j("code",{},e.nas_path??"path not known"),"."),`${function(e){if(null===e.proof_age_seconds)return"When it was last proven is not known.";let t=e.proven_at?` (${J(new Date(e.proven_at))})`:"";return`Proven byte for byte ${U(e.proof_age_seconds)}${t}.`}(e)} It is checked again just before anything is deleted.`],keep:"Keep",again:"Verify again",act:`Clear, free ${a}`},t)}function et(e,t){return ea({title:"Sync this run although it may not be finished?",lines:[e.why,"What is there now is copied once it has settled; files that come later are copied afterwards. It is recorded with your name."],keep:"Wait",act:"Sync as it is"},t)}function ea(e,t){let a=`exlab-ask-${Y+=1}`,i=P(e.keep,()=>t("keep"),{class:"exlab-button exlab-primary"}),s=e.again?P(e.again,()=>t("again"),{class:"exlab-button"}):null,n=P(e.act,()=>t("act"),{class:"exlab-button exlab-danger"}),r=j("strong",{id:`${a}-title`},e.title),l=j("div",{id:`${a}-text`},...e.lines.map(e=>j("p",{},e))),o=j("div",{class:"exlab-ask",role:"alertdialog","aria-labelledby":r.id,"aria-describedby":l.id},r,l,j("div",{class:"exlab-answers"},i,n,s));return o.addEventListener("keydown",e=>{"Escape"===e.key&&t("keep")}),{element:o,focus:()=>i.focus()}}function ei(e){let t=Date.parse(e.at);return{from:t-864e5,to:t}}function es(e){let t=ei(e),a=[];for(let i of e.points){let s=Math.max(Date.parse(i.at),t.from),n=Math.min(Date.parse(i.at)+1e3*e.bucket_seconds,t.to),r=a.at(-1);if(!(n-s>3e4)||r&&s<r.to-6e4)continue;let l=Math.max(0,i.bytes_synced);a.push({from:s,to:n,bytes:l,bytesPerSecond:1e3*l/(n-s),...function(e){let{disk_free:t,disk_total:a}=e;return null===t||null===a||a<=0?{full:null,free:null}:{full:Math.min(1,Math.max(0,1-t/a)),free:t}}(i)})}return a}function en(e){let t=[];for(let a of e){let e=t.at(-1),i=e?.at(-1);e&&i&&a.from-i.to<=.5*(i.to-i.from)?e.push(a):t.push([a])}return t}function er(e){return`${e>=1?100:Math.min(99,Math.round(100*e))} %`}var el=216e5,eo=108e5;function eh(e){return J(new Date(e),new Date(e))}function ed(e,t){return(t-e.from)/(e.to-e.from)}function ec(e,t){return a=>Math.round(10*t*ed(e,a))/10}function ep(e,t){return Math.max(t(e.to),t(e.from)+1.5)}function eu(e,t,a){return e<=0||t<=0?a:Math.round(10*Math.min(a-1,a*(1-e/t)))/10}function eg(e,t,a){let i=ef("text",{x:e,y:t,"text-anchor":"middle"});return i.textContent=a,i}function eb(e,t){return ef("path",{class:e,d:t})}function ef(e,t){let a=document.createElementNS("http://www.w3.org/2000/svg",e);for(let[e,i]of Object.entries(t))a.setAttribute(e,String(i));return a}var ex="M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13z",ew={receiving:[{as:"line",d:ex,dash:"2.6 2.5"}],waiting:[{as:"line",d:ex},{as:"line",d:"M8 4.4V8l2.6 1.7"}],syncing:[{as:"line",d:"M13.6 6.6A5.8 5.8 0 0 0 3.3 4.7M2.4 9.4a5.8 5.8 0 0 0 10.3 1.9"},{as:"line",d:"M3 1.6v3.3h3.3M13 14.4v-3.3H9.7"}],verifying:[{as:"line",d:"M6.9 2.1a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6z"},{as:"line",d:"M10.4 10.4L14.2 14.2"}],stalled:[{as:"fill",d:ex},{as:"cut",d:"M6.1 5.2v5.6M9.9 5.2v5.6"}],blocked:[{as:"line",d:"M5.2 8.2V3.7a1.05 1.05 0 0 1 2.1 0V7.3M7.3 7V2.6a1.05 1.05 0 0 1 2.1 0V7M9.4 7.2V3.6a1.05 1.05 0 0 1 2.1 0V8M11.5 6.4a1.05 1.05 0 0 1 2.1 0v3.4a4.7 4.7 0 0 1-4.7 4.7h-.6a4.7 4.7 0 0 1-3.7-1.8L2.3 9.8a1.05 1.05 0 0 1 1.6-1.3l1.3 1.4V8"}],failed:[{as:"fill",d:"M8 1.3a1 1 0 0 1 .87.5l6.3 11.2a1 1 0 0 1-.87 1.5H1.7a1 1 0 0 1-.87-1.5L7.13 1.8A1 1 0 0 1 8 1.3z"},{as:"cut",d:"M8 5.6v4M8 11.9v.1"}],verified:[{as:"fill",d:ex},{as:"cut",d:"M5 8.3l2.1 2.1L11.1 6"}],paused:[{as:"line",d:"M5.4 3v10M10.6 3v10"}],moving:[{as:"line",d:"M2.5 7.5v5a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-5"},{as:"line",d:"M8 2v7.4M5.2 6.8L8 9.6l2.8-2.8"}],more:[{as:"line",d:"M6 3.5L10.5 8L6 12.5"}],cleared:[{as:"line",d:"M1.8 2.8h12.4v3.1H1.8zM3 6v6.6a.9.9 0 0 0 .9.9h8.2a.9.9 0 0 0 .9-.9V6"},{as:"line",d:"M6.3 8.7h3.4"}]},em="http://www.w3.org/2000/svg";function ev(e){let t=document.createElementNS(em,"svg");for(let a of(t.setAttribute("viewBox","0 0 16 16"),t.setAttribute("aria-hidden","true"),t.classList.add("exlab-icon"),ew[e]??[]))t.append(function(e){let t=document.createElementNS(em,"path");return t.setAttribute("d",e.d),t.classList.add(`exlab-icon-${e.as}`),e.dash&&t.setAttribute("stroke-dasharray",e.dash),t}(a));return t}var ey=class{options;activity=null;readings=[];at=null;width=0;askedAt=-3e5;state="new";sentence=j("span",{class:"exlab-chart-sentence"});peak=j("span",{class:"exlab-chart-value"});full=j("span",{class:"exlab-chart-value"});tip=j("div",{class:"exlab-chart-tip",hidden:!0});svg=document.createElementNS("http://www.w3.org/2000/svg","svg");hand=eb("exlab-chart-hand","M0.5 0V"+86);plot=j("div",{class:"exlab-chart-plot",role:"slider","aria-label":"The last 24 hours: what was synced, and how full the staging disk was",...z(0)});element;observer;constructor(e){this.options=e,this.element=this.assemble(),this.observer=new ResizeObserver(()=>this.draw()),this.observer.observe(this.plot),this.plot.addEventListener("pointermove",e=>this.point(e)),this.plot.addEventListener("pointerleave",()=>this.read(null)),this.plot.addEventListener("blur",()=>this.read(null)),this.plot.addEventListener("keydown",e=>this.onKey(e))}assemble(){N(this.svg,"class","exlab-chart-svg"),N(this.svg,"aria-hidden","true"),N(this.svg,"height",104),this.plot.append(this.svg,this.tip);let e=j("span",{class:"exlab-chart-title"},"Activity"),t=j("summary",{class:"exlab-chart-fold",...z(0)},ev("more"),e,this.sentence),a=j("div",{"aria-hidden":"true"},ek("Synced",this.peak,56),ek("Staging disk",this.full,30)),i=j("div",{class:"exlab-chart-body"},a,this.plot),s=j("details",{class:"exlab-chart",hidden:!0},t,i);return t.addEventListener("click",()=>this.options.keepOpen(!s.open)),s}refresh(e=!1){let t=e||"failed"===this.state?15e3:3e5;"asking"===this.state||performance.now()-this.askedAt<t||(this.askedAt=performance.now(),this.state="asking",this.options.load().then(e=>this.show(e),()=>this.state="failed"))}dispose(){this.observer.disconnect()}show(e){var t,a;let i,s,n,r,l,o,h,d=null===this.activity;this.state="shown",this.activity=e,this.readings=es(e),N(this.element,"hidden",!1),d&&(this.element.open=this.options.wasOpen()??this.element.getBoundingClientRect().width>=620);V(this.sentence,(h=es(e)).length?`${t=h,a=ei(e),i=t.reduce((e,t)=>e+t.bytes,0),s=t.reduce((e,t)=>e+t.to-t.from,0),n=t[0]?.from??a.from,r=a.to-n>852e5?"24 h":W((a.to-n)/1e3),o=(l=Math.min(a.to-n,864e5)-s)>9e5?` (no record for ${W(l/1e3)} of it)`:"",`${i>0?F(i):"Nothing"} synced in the last ${r}${o}`}${function(e){var t;let a,i=e.at(-1)?.full??null;if(null===i)return"";let s=function(e){let t=e.at(-1),a=t?.full??null;if(!t||null===a)return null;let i=e.filter(e=>null!==e.full&&e.from>=t.to-el);if(i.reduce((e,t)=>e+t.to-t.from,0)<eo)return null;let{slope:s,straight:n}=function(e){let t=e.length,a=e.reduce((e,[t])=>e+t,0)/t,i=e.reduce((e,[,t])=>e+t,0)/t,[s,n,r]=e.reduce(([e,t,s],[n,r])=>[e+(n-a)**2,t+(n-a)*(r-i),s+(r-i)**2],[0,0,0]);return s>0&&r>0?{slope:n/s,straight:n**2/(s*r)}:{slope:0,straight:0}}(i.map(e=>[e.to/1e3,e.full??0]));if(s<=0||n<.8)return null;let r=(1-a)/s;return r>1209600?null:r}(e),n=null===s?"":`, full in ${(a=Math.round(1e3*(t=s)/864e5))<2?K(t).replace("more than a day","about a day"):`about ${H(a)} days`} at this pace`;return`; staging disk ${er(i)} full${n}`}(h)}.`:"No record yet: the first point comes within a few minutes.");let c=Math.max(0,...this.readings.map(e=>e.bytesPerSecond));V(this.peak,c>0?`peak ${F(c)}/s`:"nothing");let p=this.readings.at(-1)?.full??null;V(this.full,null===p?"not known":`${er(p)} full`),this.width=0,this.draw()}draw(){let e=Math.floor(this.plot.clientWidth);if(this.activity&&e&&e!==this.width){var t,a,i,s,n,r,l;let o,h,d,c;this.width=e,N(this.svg,"width",e);this.svg.replaceChildren(...(t=this.activity,a=this.readings,o=ei(t),h=en(a),d=ec(o,e),[...(function(e,t,a){let i=[],s=t.from;for(let t of e){let[e,a]=[t[0],t.at(-1)];e&&a&&(e.from-s>6e4&&i.push({from:s,to:e.from}),s=a.to)}return t.to-s>1.5*a*1e3&&i.push({from:s,to:t.to}),i})(h,o,t.bucket_seconds).flatMap(e=>(function(e,t){let[a,i]=[t(e.from),t(e.to)],s=ef("rect",{class:"exlab-chart-gap",x:a,y:0,width:Math.max(1,i-a),height:86});return i-a<76?[s]:[s,eg((a+i)/2,38,"no record")]})(e,d)),eb("exlab-chart-full",`M0 56.5H${e}`),...(i=h,s=d,c=Math.max(...i.flat().map(e=>e.bytesPerSecond)),i.map(e=>{let t=e.map(e=>`V${eu(e.bytesPerSecond,c,44)}H${ep(e,s)}`);return eb("exlab-chart-rate",`M${s(e[0]?.from??0)} 44${t.join("")}V44Z`)})),...en(a.filter(e=>null!==e.full)).flatMap(e=>(function(e,t){let[a,i]=[e[0],e.at(-1)];if(!a||!i)return[];let s=e=>56+eu(e.full??0,1,30),n=`M${t(a.from)} ${s(a)}${e.map(e=>`L${ep(e,t)} ${s(e)}`).join("")}`;return[eb("exlab-chart-disk-area",`${n}L${ep(i,t)} 86L${t(a.from)} 86Z`),eb("exlab-chart-disk",n)]})(e,d)),eb("exlab-chart-ground",`M0 44.5H${e}M0 86.5H${e}`),...(n=o,r=d,l=e,(function(e,t){let a=[],i=new Date(e.from);i.setMinutes(0,0,0);for(let s=0;s<=26&&(i.setTime(i.getTime()+36e5),!(i.getTime()>=e.to));s+=1)i.getHours()%t==0&&a.push(i.getTime());return a})(n,[1,2,3,4,6,12].find(e=>l/24*e>=64)??12).flatMap(e=>{let t=r(e),a=eb("exlab-chart-ground",`M${t} ${86}v4`);return t<18||t>l-18?[a]:[a,eg(t,101,eh(e))]}))]),this.hand),this.read(this.at)}}point(e){if(!this.activity)return;let{from:t,to:a}=ei(this.activity);this.read(t+(e.clientX-this.plot.getBoundingClientRect().left)/this.width*(a-t))}onKey(e){if(!this.activity||e.ctrlKey||e.metaKey||e.altKey)return;let t=this.timeBehind(e.key,ei(this.activity),1e3*this.activity.bucket_seconds);void 0!==t&&(this.read(t),e.preventDefault())}timeBehind(e,{from:t,to:a},i){if("Escape"===e)return null===this.at?void 0:null;if("Home"===e)return t;if("End"===e)return a;let s={ArrowLeft:-1,ArrowDown:-1,ArrowRight:1,ArrowUp:1,PageDown:-12,PageUp:12}[e];return void 0===s?void 0:(this.at??a)+s*i}read(e){if(!this.activity)return;let t=ei(this.activity);this.at=null===e?null:Math.min(t.to-1,Math.max(t.from,e));let a=null===this.at?"":function(e,t){let a=e.find(e=>e.from<=t&&t<e.to)??null;if(!a)return`${eh(t)}: no record`;let i=`${eh(a.from)} to ${eh(a.to)}`,s=a.bytes>0?`${F(a.bytesPerSecond)}/s, ${F(a.bytes)} synced`:"nothing synced";return null===a.full||null===a.free?`${i}: ${s}`:`${i}: ${s}; staging disk ${er(a.full)} full, ${F(a.free)} free`}(this.readings,this.at);N(this.plot,"aria-valuenow",Math.round(100*ed(t,this.at??t.to))),N(this.plot,"aria-valuetext",a||this.sentence.textContent),V(this.tip,a),N(this.tip,"hidden",!a),N(this.hand,"visibility",a?null:"hidden"),null!==this.at&&this.place(ec(t,this.width)(this.at))}place(e){N(this.hand,"transform",`translate(${e} 0)`);let t=this.tip.offsetWidth,a=e+8+t>this.width?Math.max(0,e-8-t):e+8;N(this.tip,"style",`left: ${a}px`)}};function ek(e,t,a){return j("div",{class:"exlab-chart-label",style:`height: ${a}px`},j("span",{},e),t)}var e_=class{api;owner;notes=new Map;constructor(e,t){this.api=e,this.owner=t}noteOf(e){let t=this.notes.get(e.path);if(!t)return null;let a="done"===t.tone&&performance.now()-t.at>6e4||t.state!==e.display_state;return a&&this.notes.delete(e.path),a?null:t}async sync(e,t){let a=`Asked at ${J(new Date)}.`;await this.run(e,a,async()=>{if("blocked"===(await this.syncCall(e.path,t)).state)throw new c(200,"blocked","Not queued: the run is blocked.");return a})}async syncCall(e,t){try{return await this.api.forceSync(e,!1)}catch(a){if(a instanceof c&&"run_not_complete"===a.code&&t)return this.api.forceSync(e,!0);throw a}}async clear(e){await this.run(e,"Checking the NAS copy, then deleting the local one.",async()=>{let t=await this.api.clear(e.path);return`Freed ${F(t.bytes_freed)} (${I(t.files_freed,"file")}). The copy on the NAS stays.`})}async order(e,t){let a=`Asked at ${J(new Date)}.`;await this.run(e,a,async()=>(await this.api.order(e.path,t),a))}async pauseAll(e){try{await this.api.pauseAll(e),this.owner.say(e?"Everything is paused.":"Everything goes on.")}catch(e){this.owner.say(e instanceof Error?e.message:String(e))}this.owner.wake()}async acknowledge(e){await this.run(e,"Acknowledging.",async()=>(await this.api.acknowledge(e.path),"Acknowledged."))}async run(e,t,a){this.put(e,t,"busy");try{let t=await a();this.put(e,t,"done"),this.owner.say(`${e.path}: ${t}`)}catch(a){let t=a instanceof Error?a.message:String(a);this.put(e,t,"error"),this.owner.say(`${e.path}: ${t}`)}this.owner.wake()}put(e,t,a){this.notes.set(e.path,{text:t,tone:a,state:e.display_state,at:performance.now()}),this.owner.changed(e.path)}},e$=["Failed","Blocked","Stalled","Paused","Restoring","Clearing","Verifying","Syncing","Waiting","Receiving","Verified","Cleared"],eS={state:e=>e$.indexOf(e.display_state),run:e=>e.path.slice(e.path.lastIndexOf("/")+1),equipment:e=>e.equipment_id,project:e=>e.project_name,progress:function(e){return"Verified"===e.display_state?1:e.progress&&"queued"!==e.progress.phase?e.progress.fraction:null},files:e=>e.file_count,size:e=>e.local_data?e.byte_total:null,last:e=>{var t;return Number.isFinite(t=Date.parse(e.last_activity_at))?t:null}},eA=new Set(["progress","files","size","last"]),eM=new Intl.Collator("en",{numeric:!0,sensitivity:"base"}),eE=Object.keys(eS);function eC(e){return{key:e,down:eA.has(e)}}var eL=[{name:"pick",label:"Select",sort:null},{name:"state",label:"State",sort:"state"},{name:"run",label:"Run",sort:"run"},{name:"equipment",label:"Equipment",sort:"equipment"},{name:"project",label:"Project",sort:"project"},{name:"progress",label:"Progress",sort:"progress"},{name:"files",label:"Files",sort:"files"},{name:"size",label:"Size",sort:"size"},{name:"last",label:"Last activity",sort:"last"},{name:"actions",label:"Actions",sort:null}],eq=class{constructor(e){this.owner=e,this.box=j("input",{type:"checkbox",class:"exlab-box","aria-label":"Select all runs shown",...z(-1)}),this.box.addEventListener("change",()=>this.owner.pickAll());let t=j("div",{role:"row",class:"exlab-cells","aria-rowindex":1},...eL.map(e=>this.cell(e)));t.addEventListener("keydown",e=>this.onKey(e)),this.element=j("div",{role:"rowgroup",class:"exlab-head"},t),this.showSort(null)}owner;element;cells=new Map;box;showSort(e){for(let[i,s]of this.cells){var t,a;let n=e?.key===i?e.down:null;N(s,"aria-sort",null===n?"none":n?"descending":"ascending");let r=s.firstElementChild;r&&(V(r.lastElementChild??r,null===n?"":n?"▾":"▴"),N(r,"title",(t=i,a=e,a?.key!==t?"Sort":a.down===eC(t).down?"Sort the other way round":"Back to what needs attention first")))}}showPicked(e,t){this.box.checked=t>0&&e===t,this.box.indeterminate=e>0&&e<t}focus(){let e=this.stops(),t=e.find(e=>e.parentElement?.getAttribute("aria-sort")?.endsWith("ending"));(t??e[1]??e[0])?.focus({preventScroll:!0})}cell({name:e,label:t,sort:a}){let i={role:"columnheader",class:`exlab-th exlab-th-${e}`};if("pick"===e)return j("div",i,this.box);if(!a)return j("div",i,t);let s=j("span",{class:"exlab-sorted","aria-hidden":"true"}),n=j("button",{type:"button",class:"exlab-sort",...z(-1)},t,s);n.addEventListener("click",()=>this.owner.sortBy(a));let r=j("div",i,n);return this.cells.set(a,r),r}stops(){return[...this.element.querySelectorAll("input, button")].filter(e=>null!==e.offsetParent)}onKey(e){if(e.ctrlKey||e.metaKey||e.altKey)return;let t=this.stops(),a=t.indexOf(e.target),i={ArrowRight:1,ArrowLeft:-1}[e.key]??0;if("ArrowDown"===e.key||"Escape"===e.key)this.owner.leave();else if(i)t[Math.min(Math.max(a+i,0),t.length-1)]?.focus({preventScroll:!0});else if(!["Home","End","ArrowUp","PageUp","PageDown"].includes(e.key))return;e.preventDefault(),e.stopPropagation()}},eO=class{owner;order=[];views=new Map;opened=new Map;heights=new Map;active="";frame=0;marked="";body=j("div",{role:"rowgroup",class:"exlab-body"});head;element;observer;constructor(e){this.owner=e,this.head=new eq({sortBy:e=>this.owner.sortBy(e),pickAll:()=>this.owner.pickAll(),leave:()=>this.focusActive()}),this.element=j("div",{class:"exlab-grid",role:"grid","aria-label":"Runs","aria-multiselectable":"true",...z(-1)},this.head.element,this.body),this.body.addEventListener("click",e=>this.onClick(e)),this.body.addEventListener("mousedown",e=>{e.shiftKey&&e.preventDefault()}),this.element.addEventListener("scroll",()=>this.later(),{passive:!0}),this.element.addEventListener("keydown",e=>this.onKey(e)),this.element.addEventListener("focusin",e=>this.onFocus(e)),this.observer=new ResizeObserver(()=>this.later()),this.observer.observe(this.element)}dispose(){this.observer.disconnect(),window.cancelAnimationFrame(this.frame)}setOrder(e){this.order=e,e.includes(this.active)||(this.active=e[0]??""),N(this.element,"aria-rowcount",e.length+1),this.draw()}repaint(e){for(let t of e){let e=this.views.get(t);e&&this.owner.paint(e)}this.measure()}repaintAll(){this.repaint([...this.views.keys()])}open(e,t){let a=j("div",{role:"gridcell","aria-colspan":eL.length,class:"exlab-opened-cell"},t.element);this.opened.set(e,{...t,row:j("div",{role:"row",class:"exlab-opened"},a)}),this.draw(),t.focus()}close(e){let t=this.opened.get(e);if(!t)return;let a=t.row.contains(document.activeElement);this.opened.delete(e),this.draw(),a&&this.focusRow(this.order.indexOf(e))}later(){window.cancelAnimationFrame(this.frame),this.frame=window.requestAnimationFrame(()=>this.draw())}draw(){let[e,t]=this.range(),a=this.order.slice(e,t);this.forget(new Set(a)),B(this.body,a.flatMap((t,a)=>this.nodesOf(t,e+a))),N(this.element,"tabindex",this.views.has(this.active)?-1:0),this.body.style.paddingTop=`${this.offset(e)}px`,this.body.style.paddingBottom=`${this.offset(this.order.length)-this.offset(t)}px`,this.measure()}range(){if(this.order.length<=80)return[0,this.order.length];let e=this.element.scrollTop-400,t=this.element.scrollTop+this.element.clientHeight+400,a=0,i=-1;for(let s=0;s<this.order.length;s+=1){if(a>t)return[Math.max(i,0),s];a+=this.heightOf(s),i<0&&a>e&&(i=s)}return[Math.max(i,0),this.order.length]}heightOf(e){return this.heights.get(this.order[e]??"")??48}offset(e){let t=0;for(let a=0;a<e;a+=1)t+=this.heightOf(a);return this.order.length<=80?0:t}nodesOf(e,t){let a=this.views.get(e)??this.makeView(e);N(a.element,"aria-rowindex",t+2),N(a.element,"tabindex",e===this.active?0:-1),N(a.element,"aria-current",e===this.marked?"true":null);let i=this.opened.get(e);return i?[a.element,i.row]:[a.element]}makeView(e){let t=this.owner.make(e);return this.views.set(e,t),this.owner.paint(t),t}forget(e){for(let[t,a]of this.views)e.has(t)||(a.element.contains(document.activeElement)&&this.element.focus({preventScroll:!0}),this.views.delete(t))}measure(){if(!(this.order.length<=80))for(let[e,t]of this.views){let a=t.element.offsetHeight+(this.opened.get(e)?.row.offsetHeight??0);a&&this.heights.set(e,a)}}focusRow(e){let t=Math.min(Math.max(e,0),this.order.length-1);t<0||(this.order[t]!==this.marked&&(this.marked=""),this.show(t),this.views.get(this.active)?.element.focus({preventScroll:!0}))}focusActive(){this.focusRow(this.order.indexOf(this.active))}show(e){this.active=this.order[e]??"",this.scrollTo(e),this.draw(),this.views.get(this.active)?.element.scrollIntoView({block:"nearest"})}mark(e){this.marked=e,this.show(Math.max(this.order.indexOf(e),0))}scrollTo(e){if(this.order.length<=80)return;let t=this.offset(e),a=this.element.clientHeight-this.head.element.offsetHeight,i=t+this.heightOf(e);t<this.element.scrollTop?this.element.scrollTop=t:i>this.element.scrollTop+a&&(this.element.scrollTop=i-a)}onFocus(e){let t=e.target instanceof Element?e.target.closest(".exlab-row"):null,a=t?.getAttribute("data-run");if(!a||a===this.active)return;let i=this.views.get(this.active);i&&(i.element.tabIndex=-1),this.marked&&a!==this.marked&&(this.views.get(this.marked)?.element.removeAttribute("aria-current"),this.marked=""),this.active=a,t.tabIndex=0}onKey(e){let t=e.target;if(t.closest(".exlab-opened")||e.ctrlKey||e.metaKey||e.altKey)return;let a=this.steps()[e.key];if(void 0!==a)this.go(e,a);else if(!this.act(e.key,t))return;e.preventDefault()}go(e,t){let a=this.active;"ArrowUp"===e.key&&t<0&&!e.shiftKey?this.head.focus():this.focusRow(t),e.shiftKey&&this.owner.extend(this.active,a)}onClick(e){let t=e.target,a=t.closest(".exlab-row")?.getAttribute("data-run");!(!a||t.closest("button, input, label, a, code"))&&(e.shiftKey?this.owner.extend(a,this.active):(e.ctrlKey||e.metaKey)&&this.owner.pick(a))}act(e,t){let a=t===this.element||t.classList.contains("exlab-row");if("ArrowRight"===e)this.sideways(t,1);else if("ArrowLeft"===e)this.sideways(t,-1);else if("Enter"===e&&a)this.owner.open(this.active);else if(" "===e&&a)this.owner.pick(this.active);else{if("Escape"!==e)return!1;this.escape()}return!0}steps(){let e=this.order.indexOf(this.active),t=Math.max(1,Math.floor(this.element.clientHeight/48)-1);return{ArrowDown:e+1,ArrowUp:e-1,PageDown:e+t,PageUp:e-t,Home:0,End:this.order.length-1}}sideways(e,t){let a=this.views.get(this.active)?.element;if(!a)return;let i=[a,...a.querySelectorAll("button")],s=Math.max(0,i.indexOf(e));i[Math.min(Math.max(s+t,0),i.length-1)]?.focus({preventScroll:!0})}escape(){this.opened.has(this.active)?this.owner.close(this.active):this.owner.drop(),this.focusActive()}},eT=/\[(ERROR|FATAL)\s*\]/,eR=/\[WARN(ING)?\s*\]/,ej=/\[host:[^\]]*\] \[equip:[^\]]*\] \[proj:.*?\] \[kind:[^\]]*\] /,ez=class{text="";fresh=!0;reading=!1;stale=!1;next=0;where=j("code",{class:"exlab-log-path"});found;lines;copy;element;constructor(e,t){this.found=P("",()=>this.nextError(),{class:"exlab-button",hidden:!0}),this.lines=j("div",{class:"exlab-log-lines",role:"log","aria-live":"off","aria-label":`Log of ${e}`,...z(0)}),this.copy=P("Copy",()=>void this.copyAll(),{class:"exlab-button"});let a=P("Close",t,{class:"exlab-button"}),i=j("div",{class:"exlab-log-bar"},this.where,this.found,this.copy,a);this.element=j("section",{class:"exlab-log","aria-label":`Log of ${e}`},i,this.lines),this.element.addEventListener("keydown",e=>{"Escape"===e.key&&t()})}focus(){this.lines.focus({preventScroll:!0})}show(e){let t=e.lines.join("\n");if(V(this.where,e.log_path),t===this.text&&!this.fresh)return;let a=this.lines.scrollHeight-this.lines.scrollTop-this.lines.clientHeight<24;this.text=t,this.lines.replaceChildren(...e.lines.map(eP)),this.showErrors(),a&&!(this.fresh&&this.errors().length)&&(this.lines.scrollTop=this.lines.scrollHeight),this.fresh&&this.nextError(),this.fresh=!1,e.lines.length||this.fail("Nothing is written yet.")}fail(e){this.lines.replaceChildren(j("div",{class:"exlab-quiet"},e))}errors(){return[...this.lines.querySelectorAll(".exlab-log-error")]}showErrors(){let e=this.errors().length;this.found.hidden=0===e,V(this.found,`Next of ${I(e,"error")}`)}nextError(){let e=this.errors(),t=e[this.next%e.length];t&&(this.next+=1,this.lines.scrollTop=t.offsetTop-24)}async copyAll(){let e=navigator.clipboard,t=await e?.writeText(this.text).then(()=>!0,()=>!1);V(this.copy,t?"Copied":"Select and copy")}};function eP(e){return j("div",{class:eT.test(e)?"exlab-log-error":eR.test(e)?"exlab-log-warning":"exlab-log-line",title:e},e.replace(ej,""))}var eN={orchestrator_disabled:"Staging is switched off on this server.",config_invalid:"The staging configuration has a mistake.",config_mismatch:"This server's configuration differs from the one in charge.",station_starting:"The staging service is starting.",staging_unavailable:"The staging folder is not there.",nas_unavailable:"The NAS is not there.",signed_out:"Not signed in.",forbidden:"Not allowed.",not_installed:"The staging service is not installed here.",kernel_busy:"Waiting for the kernel.",no_server:"No staging service was found.",token_refused:"The server did not let this notebook in."};function eV(e,t,a){return j("div",{class:"exlab-remark","data-tone":e},ev(t),j("span",{},a))}var eB="exlab-wizard:staging:",eD={label:"Sync as it is…",verb:"askSync",name:"Sync as it is"},eF={label:"Log",verb:"log",name:"Log of"},eH={force_sync:{label:"Force sync",verb:"sync",name:"Force sync"},clear:{label:"Clear…",verb:"askClear",name:"Clear"},acknowledge:{label:"Acknowledge",verb:"acknowledge",name:"Acknowledge"}};function eI(e){let t=(performance.now()-e.receivedAt)/1e3;return{...e,elapsed_seconds_since_last_activity:e.elapsed_seconds_since_last_activity+t,proof_age_seconds:null===e.proof_age_seconds?null:e.proof_age_seconds+t}}var eK=class{path;act;drawn="";box;state=j("div",{role:"gridcell",class:"exlab-state"});why=j("div",{class:"exlab-why"});way;note=j("div",{class:"exlab-note"});badge=j("span",{class:"exlab-badge",hidden:!0},"Test");bar=j("div",{class:"exlab-bar",role:"progressbar","aria-valuemin":0,"aria-valuemax":100});fill=j("div",{class:"exlab-fill"});rate=j("span",{class:"exlab-rate"});percent=j("div",{class:"exlab-percent"});files=j("div",{role:"gridcell",class:"exlab-number exlab-files"});size=j("div",{role:"gridcell",class:"exlab-number exlab-size"});last=j("div",{role:"gridcell",class:"exlab-number exlab-last"});slots=j("div",{role:"gridcell",class:"exlab-actions"});element;constructor(e,t,a){var i;let s;this.path=e,this.act=t,this.box=j("input",{type:"checkbox",class:"exlab-box","aria-label":`Select ${e}`,...z(-1)}),this.box.addEventListener("click",t=>a(e,t.shiftKey)),this.way=j("div",{class:"exlab-way",hidden:!0},...(i=e,s=`'${i.replaceAll("'","'\\''")}'`,["Or let it pass, on record: ",j("code",{},`exlab-wizard override add ${s} CLASS --reason "…"`),". The CLASS is named by ",j("code",{},`exlab-wizard detail ${s}`),"."])),this.bar.append(this.fill),this.element=this.assemble()}assemble(){let e=j("div",{role:"gridcell",class:"exlab-run"},this.nameLine(),this.why,this.way,this.note),t=j("div",{class:"exlab-track"},this.bar,this.rate),a=j("div",{role:"gridcell",class:"exlab-progress"},t,this.percent),i=j("div",{role:"gridcell",class:"exlab-pick"},j("label",{},this.box)),[s="",n=""]=this.path.split("/"),r=j("div",{role:"gridcell",class:"exlab-equipment exlab-cut",title:s},s),l=j("div",{role:"gridcell",class:"exlab-project",title:n},...eW(n)),o={class:"exlab-row",role:"row","data-run":this.path,...z(-1)};N(this.bar,"aria-label",`Progress of ${this.path}`);let h=[a,this.files,this.size,this.last];return j("div",o,i,this.state,e,r,l,...h,this.slots)}nameLine(){let[e,t,,a]=this.path.split("/"),i=j("span",{class:"exlab-cut"},`${e} \xb7 `),s=j("span",{class:"exlab-place"},i,...eW(t??"")),n=j("span",{class:"exlab-leaf"},a??this.path);return j("div",{class:"exlab-name",title:this.path},n,this.badge,s)}update(e,t,a){let i=f(e.display_state);N(this.element,"data-tone",i.tone),N(this.element,"data-state",e.display_state),N(this.element,"data-attention",e.needs_attention),N(this.badge,"hidden","test"!==e.run_kind),this.updateState(e,i.icon),this.updateWords(e,t),this.updateProgress(e),this.updateActions(e,a)}setPicked(e){N(this.element,"aria-selected",String(e)),this.box.checked=e}updateState(e,t){this.state.dataset.word!==e.display_state&&(this.state.dataset.word=e.display_state,this.state.title=e.display_state,this.state.replaceChildren(ev(t),j("span",{class:"exlab-word"},e.display_state)))}updateWords(e,t){let a,i=e.needs_attention?`${e.why} ${e.next_step}`.trim():e.why||e.next_step;V(this.why,i),N(this.why,"title",`${e.why} ${e.next_step}`.trim()),N(this.way,"hidden","Blocked"!==e.display_state||!e.actions.includes("override")),V(this.note,t?.text??""),N(this.note,"data-tone",t?.tone),V(this.files,(a=e.progress)&&!(a.files_done>=a.files_total)?`${H(a.files_done)} of ${H(a.files_total)}`:H(e.file_count)),V(this.size,e.local_data?F(e.byte_total):"–"),V(this.last,U(e.elapsed_seconds_since_last_activity)),N(this.last,"title",function(e){let t=new Date(e);if(Number.isNaN(t.getTime()))return"";let a=t.toISOString().replace("T"," ").slice(0,19);return`${t.toLocaleString("en-GB")} (${a} UTC)`}(e.last_activity_at))}updateProgress(e){let t,a,i=function(e){let t=Z[e.display_state];if(t)return t(e);let a=e.progress;if(!a||"queued"===a.phase)return Q[e.display_state]??"not started";let i=`${G(a.fraction)} %`;if("Verifying"===e.display_state)return`checking, ${i}${X(a)}`;if("Failed"===e.display_state)return`stopped at ${i}`;let s=`${i}, ${F(a.bytes_total-a.bytes_done)} to go`;return"Stalled"===e.display_state?s:`${s}${X(a)}`}(e),s="Verified"===e.display_state?100:e.progress?G(e.progress.fraction):0,n="Verified"!==e.display_state&&(!e.progress||"queued"===e.progress.phase),r=(t=e.progress,a="Syncing"===e.display_state||"Verifying"===e.display_state||"Restoring"===e.display_state,t?.bytes_per_second&&"queued"!==t.phase&&a&&!((t.seconds_since_bytes??0)>=30)?`${F(t.bytes_per_second)}/s`:"");V(this.percent,i),V(this.rate,r),N(this.bar,"hidden",n),N(this.element,"data-bar",!n),N(this.bar,"aria-valuenow",s),N(this.bar,"aria-valuetext",r?`${i}, ${r}`:i),N(this.fill,"style",`width: ${s}%`)}updateActions(e,t){var a,i;let s,n,r=(n=new Set(e.actions),[(a=e,i=n,"Blocked"===a.display_state&&i.delete("force_sync"),"force_sync"===(s=a.actions.find(e=>i.has(e)&&e in eH))&&"Receiving"===a.display_state?eD:s?eH[s]??null:null),n.has("log")?eF:null]),l=r.map(e=>e?.verb??"-").join();for(let e of(l!==this.drawn&&this.drawActions(r),this.drawn=l,this.slots.querySelectorAll("button")))N(e,"aria-disabled",t?"true":null),N(e,"title",t||null)}drawActions(e){let t=this.slots.contains(document.activeElement)&&document.activeElement?.getAttribute("data-verb"),a=e.map((e,t)=>e?this.actionButton(e,t):j("span"));this.slots.replaceChildren(...a),t&&(this.buttonOf(t)??this.element).focus({preventScroll:!0})}actionButton(e,t){let a={class:0===t?"exlab-button exlab-primary":"exlab-button",tabindex:-1,"data-verb":e.verb,"aria-label":`${e.name} ${this.path}`};return P(e.label,()=>this.act(e.verb,this.path),a)}buttonOf(e){return this.slots.querySelector(`[data-verb="${e}"]`)}};function eW(e){let t=Array.from(e),a=t.length>20?t.length-12:0;return[j("bdi",{class:"exlab-cut"},t.slice(0,a).join("")),j("bdi",{},t.slice(a).join(""))]}var eU=new Set(["Verified","Cleared","Failed","Blocked"]),eJ={all:{label:"All",keeps:()=>!0},attention:{label:"Needs attention",keeps:e=>e.needs_attention},progress:{label:"In progress",keeps:e=>!eU.has(e.display_state)},verified:{label:"Verified",keeps:e=>"Verified"===e.display_state}},eG={states:{title:"State",valueOf:e=>e.display_state,labelOf:e=>e},equipment:{title:"Equipment",valueOf:e=>e.equipment_id,labelOf:e=>e},projects:{title:"Project",valueOf:e=>e.project_name,labelOf:e=>e},kinds:{title:"Kind",valueOf:e=>e.run_kind,labelOf:function(e){return"test"===e?"Test":"experimental"===e?"Experimental":e}}},eZ=Object.keys(eG);function eQ(){return{quick:"all",text:"",states:[],equipment:[],projects:[],kinds:[]}}function eX(e){return"all"!==e.quick||e3(e.text).length>0||eY(e)>0}function eY(e){return eZ.reduce((t,a)=>t+e[a].length,0)}function e0(e,t,a){let i=e[t],s=i.includes(a)?i.filter(e=>e!==a):[...i,a];return{...e,[t]:s}}function e1(e,t){return e.filter(e4(t))}function e2(e,t){return"states"===e?e$.indexOf(t):0}var e6=new Intl.Collator("en",{numeric:!0,sensitivity:"base"});function e4(e){let t=e3(e.text),a=eJ[e.quick].keeps,i=eZ.filter(t=>e[t].length>0).map(t=>{let a=new Set(e[t]),{valueOf:i}=eG[t];return e=>a.has(i(e))});return e=>a(e)&&i.every(t=>t(e))&&function(e,t){if(!t.length)return!0;let a=`${e.path} ${e.display_state} ${e.why}`.toLowerCase();return t.every(e=>a.includes(e))}(e,t)}function e3(e){return e.toLowerCase().split(/\s+/).filter(Boolean)}function e5(){return{sort:null,filters:eQ()}}var e8=class{constructor(e,t=()=>window.localStorage){this.key=e,this.storage=t}key;storage;load(){if(null===this.key)return e5();try{var e,t;let a,i;return e=this.storage().getItem(this.key),a=e9(function(e){try{return JSON.parse(e??"null")}catch{return null}}(e)),{sort:(t=e9(a.sort),(i=eE.find(e=>e===t.key))?{key:i,down:!0===t.down}:null),filters:function(e){let t=eQ();for(let a of("string"==typeof e.quick&&Object.hasOwn(eJ,e.quick)&&(t.quick=e.quick),"string"==typeof e.text&&(t.text=e.text),eZ)){let i=e[a];Array.isArray(i)&&(t[a]=i.filter(e=>"string"==typeof e))}return t}(e9(a.filters))}}catch{return e5()}}save(e){if(null!==this.key)try{this.storage().setItem(this.key,JSON.stringify(e))}catch{}}};function e9(e){return"object"==typeof e&&null!==e?e:{}}var e7={ArrowRight:(e,t)=>e===t?0:e+1,ArrowDown:(e,t)=>e===t?0:e+1,ArrowLeft:(e,t)=>0===e?t:e-1,ArrowUp:(e,t)=>0===e?t:e-1,Home:()=>0,End:(e,t)=>t};function te(e,t=["ArrowRight","ArrowLeft","Home","End"]){e.addEventListener("keydown",a=>{let i=t.includes(a.key)&&!a.defaultPrevented?e7[a.key]:void 0,s=ta(e),n=s.indexOf(a.target);!i||n<0||a.shiftKey||a.ctrlKey||a.metaKey||a.altKey||(a.preventDefault(),s[i(n,s.length-1)]?.focus())}),e.addEventListener("focusin",t=>tt(e,t.target))}function tt(e,t=null){let a=ta(e),i=a.find(e=>e===t)??a.find(e=>0===e.tabIndex)??a[0];for(let e of a)e.tabIndex=e===i?0:-1}function ta(e){return[...e.querySelectorAll("button, input, select")].filter(e=>!e.closest("[hidden]"))}var ti=class{constructor(e){this.owner=e,this.all=P("Show all runs",()=>this.showAll(),{class:"exlab-button exlab-primary"}),this.group=j("div",{role:"group","aria-label":"Filters in use",class:"exlab-chips"},this.all),this.element=j("div",{class:"exlab-active",hidden:!0},this.count,this.group),te(this.group),this.group.addEventListener("keydown",e=>{let t=e.target;("Delete"===e.key||"Backspace"===e.key)&&t!==this.all&&t.click()})}owner;element;count=j("span",{class:"exlab-shown"});group;all;chips=new Map;show(e,t,a){N(this.element,"hidden",!eX(e)||!a),N(this.all,"hidden",!t),V(this.count,`${H(t)} of ${I(a,"run")}`);let i=eZ.flatMap(t=>e[t].map(e=>this.chip(t,e)));B(this.group,[...i,this.all]),tt(this.group)}showAll(){this.owner.showAll(),this.owner.leave()}chip(e,t){let a=`${e} ${t}`,i=this.chips.get(a);if(i)return i;let{title:s,labelOf:n}=eG[e],r=j("bdi",{class:"exlab-cut"},`${s}: ${n(t)}`),l=P("",()=>this.takeOff(e,t),{class:"exlab-chip exlab-active-chip","aria-label":`Take off the filter ${s}: ${n(t)}`});return l.append(r,j("span",{"aria-hidden":"true"}," \xd7")),this.chips.set(a,l),l}takeOff(e,t){let a=this.chips.get(`${e} ${t}`),i=a?.nextElementSibling??null,s=a===document.activeElement;this.owner.remove(e,t),s&&!this.element.hidden?i?.focus():s&&this.owner.leave()}},ts=class{constructor(e,t){this.name=e,this.toggle=t;let a=j("legend",{},eG[e].title);this.element=j("fieldset",{class:"exlab-facet","data-facet":e},a,this.list,this.more),te(this.list,["ArrowDown","ArrowUp","Home","End"])}name;toggle;element;list=j("div",{class:"exlab-facet-list"});more=j("p",{class:"exlab-quiet"});lines=new Map;show(e){let t=e.filter(e=>e.chosen),a=e.filter(e=>!e.chosen).slice(0,Math.max(0,100-t.length)),i=new Set([...t,...a].map(e=>e.value)),s=e.filter(e=>i.has(e.value)),n=e.length-s.length;V(this.more,n?`${H(n)} more: search for their name.`:""),B(this.list,s.map(e=>this.line(e))),tt(this.list)}focus(){this.list.querySelector('[tabindex="0"]')?.focus({preventScroll:!0})}line(e){let t=this.lines.get(e.value)??this.make(e);return t.box.checked=e.chosen,V(t.count,H(e.count)),t.element}make({value:e,label:t}){let a=j("input",{type:"checkbox",class:"exlab-box","data-value":e,...z(-1)});a.addEventListener("change",()=>this.toggle(this.name,e));let i=f(e),s="states"===this.name?j("span",{"data-tone":i.tone,class:"exlab-facet-icon"},ev(i.icon)):null,n=j("span",{class:"exlab-chip-count"}),r={element:j("label",{class:"exlab-facet-line",title:t},a,s,j("bdi",{class:"exlab-cut"},t),n),box:a,count:n};return this.lines.set(e,r),r}},tn=class{constructor(e){this.owner=e;let t=eZ.map(e=>[e,new ts(e,(e,t)=>this.owner.toggle(e,t))]);this.lists=Object.fromEntries(t);let a=eL.filter(e=>e.sort).map(e=>j("option",{value:e.sort},e.label));this.by=j("select",{class:"exlab-select","aria-label":"Sort by",...z(0)},j("option",{value:""},"What needs attention first"),...a),this.by.addEventListener("change",()=>this.owner.sortBy(this.by.value?eC(this.by.value):null)),this.way=P("",()=>this.sort&&this.owner.sortBy({...this.sort,down:!this.sort.down}),{class:"exlab-button exlab-primary"});let i=P("Close",()=>this.owner.close(),{class:"exlab-button exlab-primary exlab-facet-close"}),s=j("fieldset",{class:"exlab-facet exlab-facet-sort"},j("legend",{},"Sort by"),this.by,this.way,i);this.element=j("div",{class:"exlab-facets",role:"region","aria-label":"Filter and sort"},...eZ.map(e=>this.lists[e].element),s),this.element.addEventListener("keydown",e=>{"Escape"===e.key&&this.owner.close()})}owner;element;lists;by;way;sort=null;show(e,t,a){let i=Object.fromEntries(eZ.map(a=>[a,function(e,t,a){let{valueOf:i,labelOf:s}=eG[a],n=new Map(t[a].map(e=>[e,0])),r=e4({...t,[a]:[]});for(let t of e){let e=i(t);n.set(e,(n.get(e)??0)+ +!!r(t))}let l=new Set(t[a]);return[...n].map(([e,t])=>({value:e,label:s(e),count:t,chosen:l.has(e)})).sort((e,t)=>e2(a,e.value)-e2(a,t.value)||e6.compare(e.label,t.label))}(e,t,a)]));for(let e of eZ)this.lists[e].show(i[e]);this.sort=a,this.by.value=a?.key??"",this.way.hidden=!a,V(this.way,a?function({key:e,down:t}){return"last"===e?t?"Newest first":"Oldest first":"state"===e?t?"Done first":"Worst first":"run"===e||"equipment"===e||"project"===e?t?"Z to A":"A to Z":t?"Largest first":"Smallest first"}(a):"")}focus(){this.lists.states.focus()}},tr=[["/","search"],["↑ ↓ PgUp PgDn Home End","from run to run; ↑ on the first one reaches the column names"],["Enter","open the run, or close it again"],["← →","between a run and its buttons"],["Space","select the run"],["Shift + ↑ ↓","select a range"],["Ctrl + A (⌘ A)","select all runs shown"],["Esc","close what is open, then drop the selection; the focus returns"],["Tab","to the next part of the panel"],["?","this list"]],tl=Object.keys(eJ),to=class{constructor(e){this.owner=e,this.search=j("input",{type:"search",placeholder:"Filter by name  ( / )","aria-label":"Filter runs",class:"exlab-search",autocomplete:"off",spellcheck:"false",...z(0)}),this.search.addEventListener("input",()=>this.owner.search(this.search.value)),this.search.addEventListener("keydown",e=>this.onSearchKey(e)),this.chips=tl.map(e=>this.chip(e)),this.filter=P("Filter and sort",()=>this.owner.toggle("filter"),{class:"exlab-chip exlab-filter-button","aria-expanded":"false"}),this.help=P("?",()=>this.owner.toggle("help"),{class:"exlab-chip","aria-label":"Keys",title:"Keys","aria-expanded":"false"}),this.group=j("div",{role:"group","aria-label":"Show",class:"exlab-chips"},...this.chips,this.filter,this.help),te(this.group),this.element=j("div",{class:"exlab-toolbar"},this.search,this.group)}owner;element;search;filter;help;group;chips;show(e){this.search.value!==e.text&&(this.search.value=e.text),this.chips.forEach((t,a)=>N(t,"aria-pressed",String(tl[a]===e.quick)));let t=this.group.contains(document.activeElement);tt(this.group,t?null:this.chips[tl.indexOf(e.quick)]??null);let a=eY(e);V(this.filter,a?`Filter and sort (${H(a)})`:"Filter and sort")}count(e){this.chips.forEach((t,a)=>{let i=tl[a]??"all",s=e.filter(eJ[i].keeps).length;t.lastElementChild&&V(t.lastElementChild,H(s)),N(t,"data-some",s>0&&"attention"===i)})}focusSearch(){this.search.focus(),this.search.select()}chip(e){let t=j("span",{class:"exlab-chip-count"}),a=P(`${eJ[e].label} `,()=>this.owner.view(e),{class:"exlab-chip","data-filter":e});return a.append(t),a}onSearchKey(e){if("Escape"===e.key&&this.search.value)this.owner.search("");else{if(!["Escape","Enter","ArrowDown"].includes(e.key))return;this.owner.leave()}e.preventDefault()}},th=class{constructor(e,t){this.keeper=e,this.owner=t,this.choice=e.load(),this.toolbar=new to({search:e=>this.setFilter({text:e}),view:e=>this.setFilter({quick:e}),toggle:e=>this.toggle(e),leave:t.leave}),this.menu=new tn({toggle:(e,t)=>this.setFilter(e0(this.filters,e,t)),sortBy:e=>this.setSort(e),close:()=>this.toggle("")}),this.chips=new ti({remove:(e,t)=>this.setFilter(e0(this.filters,e,t)),showAll:()=>this.showAll(),leave:t.leave}),this.element=j("div",{class:"exlab-finder"},this.toolbar.element,this.place,this.chips.element,this.notice),this.toolbar.show(this.filters)}keeper;owner;element;toolbar;choice;opened="";menu;chips;place=j("div",{class:"exlab-filter-place"});notice=j("div",{class:"exlab-notice-place"});get filters(){return this.choice.filters}get sort(){return this.choice.sort}order(e){return function(e,t){let a=w(e);if(!t)return a;let i=eS[t.key],s=new Map(e.map(e=>[e.path,i(e)])),n=t.down?-1:1;return a.sort((e,t)=>{var a,i,r;return a=s.get(e)??null,i=s.get(t)??null,r=n,null===a||null===i?a===i?0:null===a?1:-1:"number"==typeof a&&"number"==typeof i?r*(a-i):r*eM.compare(String(a),String(i))})}(e1(e,this.filters),this.sort)}show(e,t){N(this.element,"hidden",!t.length),this.toolbar.count(t),this.chips.show(this.filters,e,t.length),"filter"===this.opened&&this.menu.show(t,this.filters,this.sort)}setFilter(e){this.keep({...this.choice,filters:{...this.filters,...e}})}sortBy(e){var t;let a;this.setSort((t=this.sort,a=eC(e),t?.key!==e?a:t.down===a.down?{key:e,down:!a.down}:null))}showAll(){this.setFilter(eQ())}uncover(e){if(!eX(this.filters)||e1([e],this.filters).length)return!1;let t=eY(this.filters)?"filter":this.filters.text?"search":"view";return this.showAll(),this.tell(`The ${t} that hid this run was taken off: all runs are shown.`),!0}tell(e){let t=P("Close",()=>this.notice.replaceChildren(),{class:"exlab-button"});this.notice.replaceChildren(j("div",{class:"exlab-notice"},j("span",{},e),t)),this.owner.say(e)}toggle(e){let t=this.opened,a=this.place.contains(document.activeElement);this.opened=t===e?"":e;let i={filter:this.toolbar.filter,help:this.toolbar.help};for(let[e,t]of Object.entries(i))N(t,"aria-expanded",String(this.opened===e));"filter"===this.opened?this.showMenu():"help"===this.opened?this.showHelp():this.place.replaceChildren(),!this.opened&&t&&a&&i[t].focus()}showMenu(){this.place.replaceChildren(this.menu.element),this.menu.show(this.owner.rows(),this.filters,this.sort),this.menu.focus()}showHelp(){var e;let t,a,i,s=(e=()=>this.toggle(""),t=tr.flatMap(([e,t])=>[j("dt",{},j("kbd",{},e)),j("dd",{},t)]),a=P("Close",e,{class:"exlab-button exlab-primary"}),(i=j("section",{class:"exlab-help","aria-label":"Keys"},j("dl",{},...t),j("p",{},"No single key deletes anything, and none of them reaches the notebook."),a)).addEventListener("keydown",t=>{"Escape"===t.key&&e()}),i);this.place.replaceChildren(s),s.querySelector("button")?.focus()}setSort(e){this.keep({...this.choice,sort:e})}keep(e){this.choice=e,this.keeper.save(e),this.notice.replaceChildren(),this.toolbar.show(e.filters),this.owner.changed()}};function td(e,t){if(!t.equipment.length)return e;let a=new Set(t.equipment);return e.filter(e=>a.has(e.equipment_id))}function tc(e,t){let a=td(e,t);if(!t.states.length)return a;let i=new Set(t.states);return a.filter(e=>i.has(e.display_state))}function tp(e,t){return e.length<2?e.join(""):`${e.slice(0,-1).join(", ")} ${t} ${e[e.length-1]??""}`}var tu="staging-run",tg=class{constructor(e){this.owner=e}owner;wanted="";focus=!1;onHash=()=>this.follow();start(){window.addEventListener("hashchange",this.onHash),this.follow()}stop(){window.removeEventListener("hashchange",this.onHash)}reveal(e,t=!0){this.wanted=e,this.focus=t,this.settle()}settle(){let e=this.wanted,t=""!==e&&this.owner.knows(e);if(""===e||!t&&!this.owner.live())return;this.wanted="";let a=t?this.owner.show(e,this.focus):`${e} is not in the staging list (any more).`;a&&this.owner.tell(a)}follow(){let e=function(e=window.location.hash){let t=e.replace(/^#/,"").split("&").find(e=>e.startsWith(`${tu}=`));if(!t)return"";try{return decodeURIComponent(t.slice(tu.length+1))}catch{return""}}();e&&this.reveal(e,!1)}},tb={force_sync:"Force sync",retry:"Retry",verify:"Verify again",pause:"Pause",resume:"Resume",clear:"Clear…"},tf=new Set(["Blocked","Receiving"]),tx=class{constructor(e){this.owner=e,this.none=P("Select none",()=>this.owner.drop(),{class:"exlab-button"}),this.group.append(this.none);let t=j("span",{class:"exlab-selected"},this.text,this.hidden);this.element=j("div",{class:"exlab-selection",hidden:!0},t,this.group),te(this.group)}owner;element;text=j("strong",{});hidden=j("span",{class:"exlab-quiet"});group=j("div",{role:"toolbar","aria-label":"Selected runs",class:"exlab-bulk"});none;drawn="";show(e,t,a){if(N(this.element,"hidden",!e.length),e.length){var i;let s;for(let n of(V(this.text,(s=(i=e).reduce((e,t)=>e+(t.local_data?t.byte_total:0),0),`${H(i.length)} selected, ${F(s)}.`)),V(this.hidden,t?` ${H(t)} of them not shown now.`:""),this.draw(e),this.group.querySelectorAll("[data-bulk]")))N(n,"aria-disabled",a?"true":null),N(n,"title",a||null)}}draw(e){let t=Object.keys(tb).flatMap(t=>{let a=e.filter(e=>{var a,i;return a=e,!("force_sync"===(i=t)&&tf.has(a.display_state))&&a.actions.includes(i)}).map(e=>e.path),i=a.length<e.length?`${tb[t]} (${a.length} of ${e.length})`:tb[t];return a.length?[{verb:t,label:i,runs:a}]:[]}),a=JSON.stringify(t);if(a===this.drawn)return;this.drawn=a;let i=this.group.contains(document.activeElement)?document.activeElement?.getAttribute("data-bulk"):null,s=t.map(({verb:e,label:t,runs:a})=>P(t,()=>this.owner.act(e,a),{class:"exlab-button exlab-primary","data-bulk":e}));this.group.replaceChildren(...s,this.none),tt(this.group),i&&(s.find(e=>e.getAttribute("data-bulk")===i)??this.none).focus()}},tw=class{chosen=new Set;anchor="";beside=new Set;get size(){return this.chosen.size}get paths(){return[...this.chosen]}has(e){return this.chosen.has(e)}toggle(e){this.chosen.delete(e)||this.chosen.add(e),this.anchorAt(e)}extend(e,t,a=""){e.includes(this.anchor)||this.anchorAt(a||t);let[i,s]=[e.indexOf(this.anchor),e.indexOf(t)].sort((e,t)=>e-t);this.chosen=new Set([...this.beside,...e.slice(Math.max(i,0),s+1)])}set(e){this.chosen=new Set(e),this.anchor="",this.beside=new Set}toggleAll(e){let t=new Set(e),a=e.every(e=>this.chosen.has(e)),i=this.paths.filter(e=>!t.has(e));this.set(a?i:[...this.chosen,...e])}keepOnly(e){let t=this.paths.filter(t=>!e.has(t));for(let e of t)this.chosen.delete(e),this.beside.delete(e);return t.length>0}anchorAt(e){this.anchor=e,this.beside=new Set(this.chosen)}},tm=class{constructor(e){this.owner=e,this.bar=new tx({act:(e,t)=>this.owner.act(e,t),drop:()=>{this.drop(),this.owner.leave()}})}owner;bar;selection=new tw;reported="";get paths(){return this.selection.paths}has(e){return this.selection.has(e)}get shown(){return this.selection.size?this.owner.order().filter(e=>this.has(e)).length:0}toggle(e){this.selection.toggle(e),this.settle()}extend(e,t){this.selection.extend(this.owner.order(),e,t),this.settle()}all(){this.selection.toggleAll(this.owner.order()),this.settle(),this.owner.say(`${I(this.selection.size,"run")} selected.`)}drop(){return!!this.selection.size&&(this.selection.set([]),this.settle(),!0)}set(e){JSON.stringify([...e].sort())!==JSON.stringify(this.paths.sort())&&(this.selection.set(e),this.reported=JSON.stringify(this.paths),this.refresh(),this.owner.changed())}refresh(e=!1){e&&this.selection.keepOnly(this.owner.rows())?this.settle():this.showBar()}settle(){this.showBar(),this.owner.changed();let e=this.paths,t=JSON.stringify(e);t!==this.reported&&this.owner.report(e),this.reported=t}showBar(){let e=this.owner.rows(),t=this.paths.flatMap(t=>e.get(t)??[]);this.bar.show(t,t.length?t.length-this.shown:0,this.owner.off())}},tv=class{constructor(e,t){var a,i,s;let n;this.table=e,this.options=t,this.limits={equipment:t.equipment??[],states:t.states??[]};let r=t.keepAs?(i=t.baseUrl??"/",s=t.keepAs+((n=[...(a=this.limits).equipment].sort().concat("",[...a.states].sort())).length>1?`:${n.join(",")}`:""),`exlab-wizard:staging:${i}:${s}`):null,l=()=>this.table.grid().focusActive(),{say:o,off:h,bulk:d,feed:c}=e;this.finder=new th(new e8(r),{changed:()=>this.table.reorder(),leave:l,rows:()=>this.rows(),say:o}),this.picker=new tm({rows:()=>c.rows,order:()=>this.table.grid().order,changed:()=>this.showPicked(),report:e=>this.options.onSelect?.(e),act:d,off:h,say:o,leave:l}),this.linker=new tg({live:()=>"live"===c.link.state,knows:e=>c.rows.has(e),show:(e,t)=>this.showRun(e,t),tell:e=>this.finder.tell(e)})}table;options;limits;finder;picker;linker;told="";rows(){return tc([...this.table.feed.rows.values()],this.limits)}counted(){return td([...this.table.feed.rows.values()],this.limits)}get limit(){var e;let t,a;return t=tp((e=this.limits).equipment,"and"),a=tp(e.states,"or"),t&&a?`Only ${t}, if ${a}.`:t||a?`Only ${t||a}.`:""}get restless(){var e;return null!==(e=this.finder.sort)&&eA.has(e.key)}gridOwner(){return{sortBy:e=>this.finder.sortBy(e),pick:e=>this.picker.toggle(e),extend:(e,t)=>this.picker.extend(e,t),pickAll:()=>this.picker.all(),drop:()=>this.picker.drop()}}pick(e,t){t?this.picker.extend(e,this.table.grid().active):this.picker.toggle(e)}ordered(){let e=this.table.grid();this.finder.show(e.order.length,this.rows()),e.head.showSort(this.finder.sort),this.showPicked()}changed(){this.picker.refresh(!0),this.linker.settle()}tellRows(){if(!this.options.onRows)return;let{rows:e}=this.table.feed,t=this.table.grid().order.flatMap(t=>e.get(t)??[]),a=JSON.stringify(t.map(e=>[e.path,e.revision,e.receivedAt]));a!==this.told&&this.options.onRows(t.map(eI)),this.told=a}key(e){let t=e.target;if(t.matches("input:not([type=checkbox]), select, textarea")||e.defaultPrevented||e.altKey)return!1;if(e.ctrlKey||e.metaKey)return this.command(e.key,t);if("/"===e.key)this.finder.toolbar.focusSearch();else{if("?"!==e.key)return!1;this.finder.toggle("help")}return!0}command(e,t){return!("a"!==e.toLowerCase()||t.closest(".exlab-opened"))&&(this.picker.all(),!0)}showPicked(){let e=this.table.grid();for(let t of e.views.values())t.setPicked(this.picker.has(t.path));e.head.showPicked(this.picker.shown,e.order.length),this.picker.refresh()}showRun(e,t){let a=this.table.feed.rows.get(e),i=this.table.grid();return a&&tc([a],this.limits).length?(i.order.includes(e)||(this.finder.uncover(a),this.table.reorder()),i.mark(e),t&&i.focusActive(),""):`${e} is not shown here. ${this.limit}`}},ty=new Set(["Verified","Cleared","Clearing"]);function tk(e,t,a){var i,s,n,r;let l,o,h=e.filter(e=>e.local_data);return[{text:`${I(h.length,"run")}, ${F(t_(h))} on this computer.`,tone:"plain"},...(l=e.filter(e=>e.needs_attention).length)?[{text:`${l} need${1===l?"s":""} attention.`,tone:"alert"}]:[],...function(e,t){let a=e.filter(e=>!ty.has(e.display_state));if(a.length)return[{text:`${F(t_(a))} not verified on the NAS yet.`,tone:"plain"}];if(!e.length)return[];let i=t.reduce((e,t)=>e+t.bytes,0);if(!i)return[{text:"All of it is verified on the NAS.",tone:"good"}];let s=1===t.length?"1 other entry":`${H(t.length)} other entries`,n=1===t.length?"is":"are";return[{text:`All runs are verified on the NAS; ${s} (${F(i)}) ${n} not.`,tone:"alert"}]}(h,a),...(i=e,s=t,(o=t$(i))?[{text:`Syncing at ${F(o.rate)}/s${(n=o.left,r=s,n<=0?"":n<60||n>=86400?`, done in ${K(n)}`:`, done about ${J(new Date(r.getTime()+1e3*n),r)}`)}.`,tone:"plain"}]:[])]}function t_(e){return e.reduce((e,t)=>e+t.byte_total,0)}function t$(e){var t;let a,i,s=e.filter(e=>e.progress&&"Syncing"===e.display_state),n=s.reduce((e,t)=>e+(t.progress?.bytes_per_second??0),0);return n<=0?null:{rate:n,left:Math.max(...s.map(e=>e.progress?.seconds_left??0),(a=(t=e).filter(e=>"Waiting"===e.display_state),i=t.flatMap(e=>"Syncing"===e.display_state&&e.progress?[e.progress]:[]),2*(t_(a)+i.reduce((e,t)=>e+(1-t.fraction)*t.bytes_total,0))/n))}}var tS={force_sync:"sync",clear:"askClear",acknowledge:"acknowledge",log:"log"},tA=class{api;options;feed;logs=new Map;touchedAt=-1e4;visited="";keptAt=-3e4;summary=j("p",{class:"exlab-summary"});disk=j("span",{class:"exlab-disk"});banner=j("div",{role:"status",class:"exlab-banner-place"});status=j("div",{role:"status",class:"exlab-unseen"});remarks=j("div",{class:"exlab-remarks"});said="";empty=j("div",{class:"exlab-empty-place"});foot=j("div",{class:"exlab-foot"});element;watcher;onPage;inView=!0;deeds;finding;stale=!0;grid;chart;timer=0;constructor(e,t){this.api=e,this.options=t,this.feed=t.feed??new v(e),this.deeds=new e_(e,{changed:e=>this.grid.repaint([e]),say:e=>V(this.status,e),wake:()=>this.feed.wake()}),this.finding=this.makeFinding(),this.grid=new eO({make:e=>new eK(e,(e,t)=>this.act(e,t),(e,t)=>this.finding.pick(e,t)),paint:e=>this.paint(e),open:e=>this.toggleLog(e),close:e=>this.closeUnder(e,"log"),...this.finding.gridOwner()}),this.chart=function({activity:e}){if(!e)return null;let t="chart-open";return new ey({load:e,wasOpen:()=>(function(e){try{let t=window.localStorage.getItem(eB+e);return"yes"===t||"no"!==t&&null}catch{return null}})(t),keepOpen:e=>(function(e,t){try{window.localStorage.setItem(eB+e,t?"yes":"no")}catch{}})(t,e)})}(e),this.element=this.assemble(),this.watcher=new IntersectionObserver(e=>this.seen(e.at(-1)?.isIntersecting??!0)),this.onPage=()=>this.seen(this.inView)}makeFinding(){return new tv({feed:this.feed,grid:()=>this.grid,reorder:()=>this.reorder(!1),off:()=>this.off(),say:e=>V(this.status,e),bulk:(e,t)=>this.bulk(e,t)},this.options)}assemble(){let e=j("h2",{class:"exlab-title"},"Staging"),t=[j("div",{class:"exlab-top"},e,this.summary,this.disk),this.banner,j("div",{class:"exlab-limit",hidden:!this.finding.limit},this.finding.limit),this.remarks,this.finding.finder.element,this.grid.element,this.empty,this.finding.picker.bar.element,...this.chart?[this.chart.element]:[],this.foot,this.status],a=j("section",{class:"exlab-staging","aria-label":"Staging",...z(-1)},...t);for(let e of(this.options.height&&(a.style.height=this.options.height,a.dataset.height="fixed"),a.addEventListener("keydown",e=>this.onKey(e)),this.grid.element.addEventListener("focusin",()=>this.visited=this.grid.active),["pointerdown","keydown"]))this.grid.element.addEventListener(e,()=>this.touchedAt=performance.now());return a}start(){this.options.snapshot&&this.showSnapshot(this.options.snapshot),this.watcher.observe(this.element),document.addEventListener("visibilitychange",this.onPage),this.timer=window.setInterval(()=>this.tick(),1e3),this.showLink(!1),this.finding.linker.start(),this.feed.start(e=>this.onChange(e))}dispose(){this.feed.stop(),this.finding.linker.stop(),this.grid.dispose(),this.chart?.dispose(),this.watcher.disconnect(),document.removeEventListener("visibilitychange",this.onPage),window.clearInterval(this.timer),this.element.remove()}showSnapshot(e){this.feed.seed(e),this.reorder(!1),this.showStation()}seen(e){this.inView=e,this.feed.setVisible(e&&!document.hidden),this.feed.visible&&this.chart?.refresh(!0)}onChange(e){if(e.link&&this.showLink(!0),"live"===this.feed.link.state)for(let t of(this.stale||=this.finding.restless,(e.order||e.link)&&this.reorder(this.isHeld()),this.grid.repaint(e.rows),this.finding.changed(),this.showStation(),this.keep(),e.rows))this.logs.has(t)&&this.readLog(t)}tick(){this.feed.visible&&(this.grid.repaintAll(),this.chart?.refresh(),this.stale&&!this.isHeld()&&"live"===this.feed.link.state&&this.reorder(!1),this.finding.tellRows())}isHeld(){return!!this.grid.element.matches(":hover")||this.grid.opened.size>0||performance.now()-this.touchedAt<1e4}reorder(e){var t;let a,i,s=this.finding.rows(),n=this.finding.finder.order(s),r=e?(t=this.grid.order,a=new Set(n),i=new Set(t),[...t.filter(e=>a.has(e)),...n.filter(e=>!i.has(e))]):n;r.join("\n")!==this.grid.order.join("\n")&&this.grid.setOrder(r),this.stale=e,this.finding.ordered(),this.showEmpty(r.length,s.length)}showEmpty(e,t){let a=e||"refused"===this.feed.link.state?"":t?"filtered":this.feed.link.state;if(N(this.grid.element,"hidden",!e),this.empty.dataset.state===a)return;this.empty.dataset.state=a;let i=j("div",{class:"exlab-empty"},"Reading the staging list…"),s=()=>this.finding.finder.showAll(),n=()=>(function(e,t,a,i=""){if(t){let e=P("Show all runs",a,{class:"exlab-button exlab-primary"});return j("div",{class:"exlab-empty"},j("p",{},"No run matches this filter."),e)}if(i)return j("div",{class:"exlab-empty"},j("p",{},`Nothing to show here. ${i}`));let s=j("p",{},"Watched folder: ",j("code",{},e?.staging_root??""),". Another one: ",j("code",{},"orchestrator.staging_root")," in the configuration file.");return j("div",{class:"exlab-empty"},j("p",{},j("strong",{},"Nothing is staged. Runs show up here by themselves as soon as an instrument writes its first file.")),s)})(this.feed.station,t,s,this.finding.limit);this.empty.replaceChildren(...""===a?[]:"loading"===a?[i]:[n()])}showLink(e){let{link:t}=this.feed,a=this.element.dataset.link;N(this.element,"data-link",t.state);let i=function(e,t){if("down"===e.state){var a,i;let s,n,r;return a=e,i=t,s=a.since?` since ${J(a.since)}`:"",n=j("span",{},j("strong",{},`The staging service does not answer${s}.`)," Copying may go on without this page. Trying again every 5 s."),r=P("Try now",i,{class:"exlab-button exlab-primary"}),j("div",{class:"exlab-banner","data-tone":"amber"},ev("failed"),n,r)}if("refused"!==e.state)return null;let s="station_starting"===e.code||"kernel_busy"===e.code,n=j("span",{},j("strong",{},eN[e.code]??"The staging service refused."),` ${e.message}`);return j("div",{class:"exlab-banner","data-tone":s?"grey":"amber"},ev(s?"waiting":"failed"),n)}(t,()=>this.feed.wake()),s=e&&"live"===t.state&&("down"===a||"refused"===a);this.banner.replaceChildren(...i?[i]:s?[j("div",{class:"exlab-banner","data-tone":"green"},ev("verified"),j("span",{},"Connected again."))]:[]),s&&window.setTimeout(()=>"live"===this.feed.link.state&&this.banner.replaceChildren(),5e3),this.grid.repaintAll(),this.finding.picker.refresh(),this.showEmpty(this.grid.order.length,this.finding.rows().length)}showStation(){let{station:e}=this.feed;if(!e)return;this.showSummary();let t=e.disk?`${F(e.disk.free)} free of ${F(e.disk.total)}`:"";V(this.disk,t);let a=function(e){let{mode:t,detail:a,rescan_seconds:i}=e.watcher,s="events"===t?`live, checked again every ${Math.round(i)} s`:`looked at every ${Math.round(i)} s`;return{text:`Watching ${e.staging_root} (${s})`,title:a}}(e);V(this.foot,a.text),this.foot.title=a.title;let i=this.api.remark?.()??"",s=JSON.stringify([e.version,e.targets,e.leader,e.unrecognised,i]);s!==this.said&&this.remarks.replaceChildren(...function(e,t="",a=""){var i,s;let n=e.targets.filter(e=>"unavailable"===e.state||"full"===e.state).map(e=>{var t;let a;return eV("amber","failed",`${a=(t=e).since?` since ${J(new Date(t.since))}`:"","full"===t.state?`NAS ${t.nas_root} is full${a}.`:`NAS ${t.nas_root} not reachable${a}.`} ${e.why}`.trim())}),r=e.leader.message&&(!e.leader.leads||e.leader.config_mismatch)?[eV("grey","paused",e.leader.message)]:[],l=t?[eV("grey","waiting",t)]:[];return[...(i=a,s=e.version??"",i&&s&&i!==s?[eV("amber","failed",`This page shows the panel of version ${i}, the server runs ${s}. Reload the page.`)]:[]),...n,...r,...function(e){if(!e.length)return[];let t=e.reduce((e,t)=>e+t.bytes,0),a={"data-tone":t?"amber":"grey",open:t>0&&e.length<=3},i=`${1===e.length?"1 entry":`${e.length} entries`} in the staging folder, ${F(t)}, not taken for runs`,s=e.map(e=>j("li",{},j("code",{},e.path),` ${F(e.bytes)}. ${e.reason} `,j("em",{},e.remedy))),n=j("summary",{...z(0)},ev("more"),i);return[j("details",{class:"exlab-remark exlab-strangers",...a},n,j("ul",{},...s))]}(e.unrecognised),...l]}(e,i,this.options.uiVersion)),this.said=s}showSummary(){let e=[this.finding.counted(),new Date,this.feed.station?.unrecognised??[]];this.options.onSummary?.(function(e,t,a){let i=e.filter(e=>e.local_data),s=t$(e);return{runs:i.length,bytes_here:t_(i),bytes_not_safe:t_(i.filter(e=>!ty.has(e.display_state))),needs_attention:e.filter(e=>e.needs_attention).length,bytes_per_second:s?.rate??0,seconds_left:s?.left??null,text:tk(e,t,a).map(e=>e.text).join(" ")}}(...e));let t=tk(...e),a=t.map(e=>e.tone+e.text).join(" ");this.summary.dataset.drawn!==a&&(this.summary.dataset.drawn=a,this.summary.replaceChildren(...t.map(e=>j("span",{"data-tone":e.tone},`${e.text} `))))}keep(){if(!this.options.onSnapshot||!this.feed.station||performance.now()-this.keptAt<3e4)return;this.keptAt=performance.now();let e=this.grid.order.slice(0,100).flatMap(e=>this.feed.rows.get(e)??[]);this.options.onSnapshot({station:this.feed.station,rows:e.map(eI)})}off(){let{link:e}=this.feed;return"live"===e.state?"":"refused"===e.state?e.message:"The staging service does not answer."}paint(e){let t=this.feed.rows.get(e.path);t&&e.update(eI(t),this.deeds.noteOf(t),this.off()),e.setPicked(this.finding.picker.has(e.path))}bulk(e,t){for(let a of t){let t=this.feed.rows.get(a);t&&"force_sync"===e&&this.deeds.sync(t,!1)}}activeRun(){let[e,...t]=this.finding.picker.paths;return e&&!t.length?e:this.grid.order.includes(this.visited)?this.visited:""}perform(e,t){let a=this.feed.rows.get(t);if(!a)return;let i="force_sync"===e&&"Receiving"===a.display_state?"askSync":tS[e];i?this.act(i,t):this.deeds.order(a,e)}review(){this.finding.finder.setFilter({quick:"verified"}),this.grid.focusActive()}act(e,t){let a=this.feed.rows.get(t);if(a){if("sync"===e&&this.deeds.sync(a,!1),"acknowledge"===e&&this.deeds.acknowledge(a),"askSync"===e&&this.question(t,e,et,{act:()=>void this.deeds.sync(a,!0)}),"askClear"===e){let i=()=>void this.deeds.sync(a,!1);this.question(t,e,ee,{act:()=>void this.deeds.clear(a),again:i})}"log"===e&&this.toggleLog(t)}}question(e,t,a,i){let s=this.feed.rows.get(e);if(!s)return;let n=a(eI(s),a=>{this.closeUnder(e,t),"act"===a&&i.act(),"again"===a&&i.again?.()});this.logs.delete(e),this.grid.open(e,{...n,kind:t})}toggleLog(e){if(this.logs.has(e))return void this.closeUnder(e,"log");let t=new ez(e,()=>this.closeUnder(e,"log"));this.logs.set(e,t),this.grid.open(e,{element:t.element,focus:()=>t.focus(),kind:"log"}),this.readLog(e)}async readLog(e){let t=this.logs.get(e);if(t&&(t.stale=t.reading,!t.reading)){t.reading=!0;try{t.show(await this.api.log(e))}catch(e){t.fail(e instanceof Error?e.message:String(e))}t.reading=!1,t.stale&&this.readLog(e)}}closeUnder(e,t){let a=this.grid.opened.get(e)?.row.contains(document.activeElement);this.logs.delete(e),this.grid.close(e),a&&this.grid.views.get(e)?.buttonOf(t)?.focus({preventScroll:!0})}onKey(e){e.stopPropagation(),this.finding.key(e)&&e.preventDefault()}},tM=class extends d.Widget{constructor(e,t){super(),this.source=e,this.keepAs=t,this.ready=new Promise(e=>this.settle=e),this.addClass("exlab-lab"),this.title.icon=E,this.title.caption="Staging: is my data safe, and may I free the disk?"}source;keepAs;ready;mounted=null;settle;get activeRun(){return this.isVisible?this.mounted?.activeRun()??"":""}dispose(){this.mounted?.dispose(),super.dispose()}onAfterAttach(){this.isVisible&&this.mount()}onAfterShow(){this.mount()}mount(){if(this.mounted)return;let{api:e,feed:t,version:a,baseUrl:i}=this.source;this.mounted=function(e,t,a={}){let i=new tA(t,a);e.append(i.element),i.start();let{picker:s,linker:n,finder:r}=i.finding;return{dispose:()=>i.dispose(),select:e=>s.set(e),reveal:e=>n.reveal(e),setFilter:e=>r.setFilter(e),activeRun:()=>i.activeRun(),act:(e,t)=>i.perform(e,t),review:()=>i.review(),pauseAll:e=>void i.deeds.pauseAll(e)}}(this.node,e,{feed:t.view(),uiVersion:a,keepAs:this.keepAs,baseUrl:i}),this.settle(this.mounted)}},tE="exlab-wizard-side",tC=class{constructor(e,t){this.app=e,this.source=t,this.side=new tM(t,"side"),this.side.id=tE,e.shell.add(this.side,"right",{rank:700,type:"Staging"})}app;source;side;tracker=new s.WidgetTracker({namespace:"exlab-wizard"});openSide(){return this.app.shell.activateById(tE),this.side.ready}async openTab(){let e=this.tracker.currentWidget,t=e&&!e.isDisposed?e:this.makeTab();return t.isAttached||this.app.shell.add(t,"main"),this.tracker.has(t)||await this.tracker.add(t),this.app.shell.activateById(t.id),t.content.ready}current(){let e=this.tracker.currentWidget;return e?.isVisible?e.content.ready:this.openSide()}get activeRun(){return this.tracker.currentWidget?.content.activeRun||this.side.activeRun}makeTab(){let e=new s.MainAreaWidget({content:new tM(this.source,"tab")});return e.id="exlab-wizard-tab",e.title.label="Staging",e.title.icon=E,e.title.closable=!0,e.toolbar.hide(),e}},tL="staging-run",tq=new Set(["sync_verified","cleared"]),tO=class{failed=null;open=!1;look(e){let t=this.failed,a=e.filter(e=>"Failed"===e.display_state);return this.failed=new Set(a.map(e=>e.path)),[...(t?a.filter(e=>!t.has(e.path)):[]).map(tR),...this.verifiedItem(e)]}verifiedItem(e){let t=e.filter(e=>e.local_data),a=t.some(tT),i=this.open&&!a&&t.length>0;if(this.open=a,!i||e.some(e=>e.needs_attention))return[];let s=t.reduce((e,t)=>e+t.byte_total,0);return[{kind:"verified",text:`All runs are verified on the NAS: ${I(t.length,"run")}, ${F(s)} on this computer.`,path:""}]}};function tT(e){return!tq.has(e.current_state)}function tR(e){let[t,,,a]=e.path.split("/"),i=`${a??e.path} (${t}) failed. ${e.why}`;return{kind:"failed",text:i.length>135?`${i.slice(0,135)}…`:i,path:e.path}}var tj=[["Syncing","syncing"],["Verifying","verifying"],["Clearing","clearing"],["Restoring","restoring"]],tz=[["Stalled","stalled"],["Paused","paused"],["Receiving","receiving"],["Waiting","waiting"]];function tP(e,t){return t.flatMap(([t,a])=>{let i=e.filter(e=>e.display_state===t&&!e.needs_attention).length;return i?[`${H(i)} ${a}`]:[]})}var tN={orchestrator_disabled:"switched off",not_installed:"not installed",station_starting:"starting",signed_out:"not signed in",config_invalid:"mistake in the configuration",config_mismatch:"two configurations"},tV=new Set(["orchestrator_disabled","not_installed","station_starting"]),tB=class extends d.Widget{words=document.createElement("span");button;unlisten;shape="";constructor(e,t){super(),this.button=P("",t,{class:"exlab-statusitem"}),this.button.append(ev("waiting"),this.words),this.node.append(this.button),this.unlisten=e.listen(()=>this.draw(e.feed)),this.draw(e.feed)}dispose(){this.unlisten(),super.dispose()}draw(e){let t=[...e.rows.values()],a=function(e,t){if("live"!==t.state){var a=t;if("loading"===a.state)return{text:"Staging",shape:"waiting",tone:"plain"};if("down"===a.state){let e=a.since?` since ${J(a.since)}`:"";return{text:`Staging: does not answer${e}`,shape:"failed",tone:"alert"}}let e=tV.has(a.code);return{text:`Staging: ${tN[a.code]??"not available"}`,shape:e?"paused":"failed",tone:e?"plain":"alert"}}let i=e.filter(e=>e.needs_attention).length,s=tP(e,tj),n=s.length?s:tP(e,tz);if(i&&n.push(`${H(i)} need${1===i?"s":""} attention`),!n.length)return e.filter(e=>e.local_data).length?{text:"Staging: all verified",shape:"verified",tone:"good"}:{text:"Staging: empty",shape:"cleared",tone:"plain"};let r=i?"failed":s.length?"syncing":"waiting";return{text:`Staging: ${n.join(", ")}`,shape:r,tone:i?"alert":"plain"}}(t,e.link);V(this.words,a.text),N(this.button,"data-tone",a.tone);let i=tk(t,new Date,e.station?.unrecognised??[]),s="live"===e.link.state?i.map(e=>e.text).join(" "):e.link.message;N(this.button,"title",`${s} Click for the staging panel.`.trim()),this.shape!==a.shape&&(this.shape=a.shape,this.button.replaceChildren(ev(a.shape),this.words))}},tD="exlab-wizard:plugin",tF=/^(JupyterLab|Jupyter Notebook)/,tH=new Set(["","tree","notebooks"]),tI={id:tD,description:"The staging panel beside the notebook: is my data safe, and may I free the disk?",autoStart:!0,optional:[i.ILayoutRestorer,s.ICommandPalette,r.ILauncher,o.IStatusBar,l.ISettingRegistry],activate:function(e,t,a,i,r,l){var o,h,d,c,g,b;let f,x,w,m,v,k;if(!tF.test(e.name)||!tH.has(n.PageConfig.getOption("notebookPage")))return;(f=document.createElement("style")).dataset.owner="exlab-wizard",f.textContent=`/* src/table/finding.css */
.exlab-staging .exlab-box {
  appearance: auto;
  flex: none;
  width: 15px;
  height: 15px;
  margin: 0;
  accent-color: var(--exlab-focus);
  cursor: pointer;
}
.exlab-facets,
.exlab-help {
  padding: 8px 14px 12px;
  border-top: 1px solid var(--exlab-line);
  background: var(--exlab-raised);
}
.exlab-facets {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
  gap: 10px 18px;
}
.exlab-staging .exlab-facet {
  display: flex;
  flex-direction: column;
  min-width: 0;
  margin: 0;
  padding: 0;
  border: none;
}
.exlab-facet legend {
  padding: 0 0 4px;
  font-weight: 600;
}
.exlab-facet-list {
  max-height: 344px;
  overflow-y: auto;
}
.exlab-facet-line {
  display: flex;
  align-items: center;
  gap: 7px;
  min-height: 26px;
  padding: 0 6px 0 3px;
  border-radius: 3px;
  cursor: pointer;
  white-space: pre;
}
.exlab-facet-line:hover {
  background: color-mix(in srgb, var(--exlab-text) 6%, transparent);
}
.exlab-facet-line > .exlab-cut {
  flex: 1;
}
.exlab-facet-icon {
  display: flex;
}
.exlab-facet-sort {
  gap: 6px;
  align-items: flex-start;
}
.exlab-staging .exlab-select {
  max-width: 100%;
  height: 28px;
  padding: 0 4px;
  font: inherit;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
}
.exlab-facet-close {
  margin-top: auto;
}
.exlab-help dl {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 3px 16px;
  margin: 0 0 8px;
}
.exlab-help dd {
  margin: 0;
  overflow-wrap: anywhere;
}
.exlab-help dt {
  min-width: 0;
  overflow-wrap: anywhere;
}
.exlab-staging .exlab-help kbd {
  padding: 0 4px;
  font: inherit;
  color: inherit;
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-line);
  border-radius: 3px;
  box-shadow: none;
}
.exlab-help p {
  margin-bottom: 8px;
  color: var(--exlab-quiet);
}
.exlab-active {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 10px;
  padding: 0 14px 8px;
}
.exlab-active-chip > [aria-hidden] {
  margin-left: 5px;
}
.exlab-shown {
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-staging .exlab-active-chip {
  display: flex;
  max-width: 320px;
  border-color: var(--exlab-edge);
  background: var(--exlab-raised);
  white-space: pre;
}
.exlab-notice {
  display: flex;
  align-items: center;
  gap: 10px;
  padding: 6px 14px;
  border-top: 1px solid var(--exlab-line);
  background: var(--exlab-raised);
}
.exlab-notice > span {
  flex: 1;
  overflow-wrap: anywhere;
}
.exlab-staging .exlab-sort {
  max-width: 100%;
  min-height: 26px;
  margin: 0 -4px;
  padding: 0 4px;
  font: inherit;
  color: inherit;
  background: none;
  border: none;
  border-radius: 3px;
  cursor: pointer;
  white-space: nowrap;
}
.exlab-sort:hover {
  background: color-mix(in srgb, var(--exlab-text) 7%, transparent);
}
.exlab-sorted {
  display: inline-block;
  margin-left: 3px;
}
.exlab-sorted:empty {
  display: none;
}
.exlab-pick > label {
  display: flex;
  align-items: center;
  justify-content: center;
  width: 26px;
  height: 26px;
  margin: -3px 0 0 -5px;
}
.exlab-staging .exlab-row[aria-selected=true] {
  background: color-mix(in srgb, var(--exlab-focus) 10%, var(--exlab-ground));
}
.exlab-row[aria-current=true] {
  outline: 2px solid var(--exlab-focus);
  outline-offset: -2px;
}
.exlab-selection {
  position: sticky;
  bottom: 0;
  z-index: 1;
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 6px 14px;
  padding: 7px 14px;
  border-top: 1px solid var(--exlab-edge);
  background: color-mix(in srgb, var(--exlab-focus) 10%, var(--exlab-ground));
}
.exlab-selected {
  font-variant-numeric: tabular-nums;
}
.exlab-bulk {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 6px;
}
@media (forced-colors: active) {
  .exlab-row[aria-selected=true] {
    background: Highlight;
    color: HighlightText;
    forced-color-adjust: none;
  }
  .exlab-selection {
    border: 1px solid CanvasText;
  }
}
.exlab-limit {
  padding: 0 14px 8px;
  color: var(--exlab-quiet);
  font-weight: 600;
}

/* src/table/staging.css */
.exlab-staging {
  --exlab-ground: var(--jp-layout-color1, #fff);
  --exlab-raised: color-mix(in srgb, var(--exlab-text) 5%, var(--exlab-ground));
  --exlab-line: var(--jp-border-color2, #e0e0e0);
  --exlab-edge: #767676;
  --exlab-text: #212121;
  --exlab-quiet: #5a5a5a;
  --exlab-track: #e0e0e0;
  --exlab-focus: #0060a8;
  --exlab-grey: #616161;
  --exlab-wait: #616161;
  --exlab-blue: #0060a8;
  --exlab-amber: #8a5300;
  --exlab-red: #b3200f;
  --exlab-green: #00694c;
  --exlab-tint: 7%;
  container: exlab / inline-size;
  box-sizing: border-box;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-line);
  border-radius: 4px;
  font: 13px/1.4 var(--jp-ui-font-family, system-ui, sans-serif);
  margin: 2px 0;
  outline: none;
  overflow: clip;
}
.exlab-staging[data-height] {
  display: flex;
  flex-direction: column;
  margin: 0;
}
.exlab-staging[data-height] > * {
  flex: none;
}
.exlab-staging[data-height] > .exlab-grid {
  flex: 0 1 auto;
  min-height: 120px;
  max-height: none;
}
.exlab-staging[data-height] > .exlab-foot {
  margin-top: auto;
}
body[data-jp-theme-light=false] .exlab-staging {
  --exlab-edge: #9a9a9a;
  --exlab-text: #f0f0f0;
  --exlab-quiet: #bdbdbd;
  --exlab-track: #424242;
  --exlab-focus: #6cbcf5;
  --exlab-grey: #b0b0b0;
  --exlab-wait: #b0b0b0;
  --exlab-blue: #6cbcf5;
  --exlab-amber: #f3b64c;
  --exlab-red: #ff9a76;
  --exlab-green: #4fd1a5;
  --exlab-tint: 11%;
}
.exlab-staging *,
.exlab-staging *::before {
  box-sizing: border-box;
}
.exlab-staging [hidden] {
  display: none !important;
}
.exlab-staging p,
.exlab-staging h2,
.exlab-staging ul {
  margin: 0;
  padding: 0;
  font: inherit;
  color: inherit;
}
.exlab-staging code {
  font-family: var(--jp-code-font-family, monospace);
  font-size: 12px;
  color: inherit;
  background: none;
  padding: 0;
  overflow-wrap: anywhere;
}
.exlab-unseen {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.exlab-staging [data-tone=grey] {
  --exlab-tone: var(--exlab-grey);
}
.exlab-staging [data-tone=wait] {
  --exlab-tone: var(--exlab-wait);
}
.exlab-staging [data-tone=blue] {
  --exlab-tone: var(--exlab-blue);
}
.exlab-staging [data-tone=amber] {
  --exlab-tone: var(--exlab-amber);
}
.exlab-staging [data-tone=red] {
  --exlab-tone: var(--exlab-red);
}
.exlab-staging [data-tone=green] {
  --exlab-tone: var(--exlab-green);
}
.exlab-icon {
  width: 16px;
  height: 16px;
  flex: none;
  color: var(--exlab-tone, currentColor);
  overflow: visible;
}
.exlab-icon path {
  fill: none;
  stroke: currentColor;
  stroke-width: 1.5;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.exlab-icon .exlab-icon-fill {
  fill: currentColor;
  stroke: none;
}
.exlab-icon .exlab-icon-cut {
  stroke: var(--exlab-ground);
  stroke-width: 1.7;
}
.exlab-top {
  display: flex;
  align-items: baseline;
  gap: 12px;
  padding: 12px 14px 8px;
}
.exlab-staging .exlab-title {
  font-size: 15px;
  font-weight: 600;
  flex: none;
}
.exlab-summary {
  flex: 1;
  min-width: 0;
  font-variant-numeric: tabular-nums;
}
.exlab-summary [data-tone=alert] {
  color: var(--exlab-amber);
  font-weight: 600;
}
.exlab-summary [data-tone=good] {
  color: var(--exlab-green);
  font-weight: 600;
}
.exlab-disk {
  flex: none;
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-banner,
.exlab-remark {
  display: flex;
  gap: 10px;
  padding: 8px 14px;
  background: color-mix(in srgb, var(--exlab-tone) var(--exlab-tint), var(--exlab-ground));
  border-top: 1px solid var(--exlab-line);
}
.exlab-banner {
  align-items: center;
  min-height: 44px;
}
.exlab-banner > span,
.exlab-remark > span {
  flex: 1;
  overflow-wrap: anywhere;
}
.exlab-remark {
  padding: 6px 14px;
}
.exlab-remark .exlab-icon {
  margin-top: 1px;
}
.exlab-strangers {
  display: block;
  color: var(--exlab-text);
}
.exlab-strangers summary {
  display: flex;
  align-items: center;
  gap: 10px;
  min-height: 26px;
  margin: -3px 0;
  cursor: pointer;
  list-style: none;
}
.exlab-strangers summary::-webkit-details-marker {
  display: none;
}
.exlab-strangers summary .exlab-icon {
  margin: 0;
}
.exlab-strangers[data-tone=amber] summary {
  color: var(--exlab-amber);
  font-weight: 600;
}
.exlab-strangers[open] summary .exlab-icon {
  transform: rotate(90deg);
}
.exlab-strangers ul {
  margin: 2px 0 6px 26px;
}
.exlab-strangers li {
  margin: 3px 0;
  overflow-wrap: anywhere;
}
.exlab-strangers em {
  color: var(--exlab-quiet);
  font-style: normal;
}
.exlab-toolbar {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  padding: 8px 14px;
  border-top: 1px solid var(--exlab-line);
}
.exlab-staging .exlab-search {
  width: 210px;
  height: 28px;
  padding: 0 8px;
  font: inherit;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
}
.exlab-search::placeholder {
  color: var(--exlab-quiet);
  opacity: 1;
}
.exlab-chips {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
}
.exlab-staging .exlab-chip,
.exlab-staging .exlab-button {
  min-height: 26px;
  padding: 2px 8px;
  font: inherit;
  color: var(--exlab-text);
  background: none;
  border: 1px solid transparent;
  border-radius: 3px;
  cursor: pointer;
  white-space: nowrap;
}
.exlab-staging .exlab-chip {
  min-height: 28px;
  border-color: var(--exlab-line);
}
.exlab-chip-count {
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-staging .exlab-chip[aria-pressed=true] {
  background: var(--exlab-text);
  color: var(--exlab-ground);
  border-color: var(--exlab-text);
}
.exlab-chip[aria-pressed=true] .exlab-chip-count {
  color: inherit;
}
.exlab-staging .exlab-chip[data-some]:not([aria-pressed=true]) {
  border-color: var(--exlab-amber);
  color: var(--exlab-amber);
}
.exlab-chip[data-some]:not([aria-pressed=true]) .exlab-chip-count {
  color: inherit;
  font-weight: 600;
}
.exlab-staging .exlab-primary {
  border-color: var(--exlab-edge);
  background: var(--exlab-ground);
}
.exlab-staging .exlab-danger {
  border-color: var(--exlab-red);
  color: var(--exlab-red);
  background: var(--exlab-ground);
}
.exlab-staging .exlab-button:hover,
.exlab-staging .exlab-chip:not([aria-pressed=true]):hover {
  background: var(--exlab-raised);
}
.exlab-staging [aria-disabled=true] {
  color: var(--exlab-quiet);
  border-style: dashed;
  cursor: not-allowed;
}
.exlab-staging :focus-visible {
  outline: 2px solid var(--exlab-focus);
  outline-offset: -2px;
}
.exlab-grid {
  max-height: min(70vh, 620px);
  overflow-y: auto;
  overflow-x: hidden;
  scroll-padding-top: 32px;
  border-top: 1px solid var(--exlab-line);
  outline: none;
}
.exlab-head {
  position: sticky;
  top: 0;
  z-index: 1;
  background: var(--exlab-raised);
  border-bottom: 1px solid var(--exlab-line);
}
.exlab-cells,
.exlab-row {
  display: grid;
  grid-template-columns: [pick] 16px [state] 96px [run] minmax(190px, 1fr) [progress] 220px [files] 96px [size] 62px [last] 90px [actions] 152px [end];
  column-gap: 10px;
  align-items: start;
  padding: 0 14px;
}
.exlab-th {
  min-width: 0;
  padding: 3px 0;
  font-weight: 600;
  line-height: 26px;
  white-space: nowrap;
}
.exlab-th-pick {
  display: flex;
  align-self: center;
}
.exlab-th-files,
.exlab-th-size,
.exlab-th-last {
  text-align: right;
}
.exlab-th-actions {
  overflow: hidden;
  text-indent: 100%;
}
.exlab-row {
  min-height: 48px;
  padding-top: 7px;
  padding-bottom: 6px;
  border-bottom: 1px solid var(--exlab-line);
  background: var(--exlab-ground);
}
.exlab-body > :last-child,
.exlab-body > :last-child > .exlab-opened-cell {
  border-bottom: none;
}
.exlab-row:hover {
  background: var(--exlab-raised);
}
.exlab-row[data-attention] {
  box-shadow: inset 3px 0 0 var(--exlab-tone);
  background: color-mix(in srgb, var(--exlab-tone) var(--exlab-tint), var(--exlab-ground));
}
.exlab-state {
  display: flex;
  align-items: center;
  gap: 7px;
  min-height: 20px;
  color: var(--exlab-tone);
  font-weight: 600;
}
.exlab-run {
  display: contents;
}
.exlab-row > *,
.exlab-name {
  grid-row: 1;
}
.exlab-pick {
  grid-column: pick;
}
.exlab-state {
  grid-column: state;
}
.exlab-name,
.exlab-why {
  grid-column: run;
}
.exlab-why {
  grid-row: 2;
}
.exlab-row:not([data-bar]) .exlab-why {
  grid-column: run / actions;
}
.exlab-equipment,
.exlab-project,
.exlab-th-equipment,
.exlab-th-project {
  display: none;
}
.exlab-progress {
  grid-column: progress;
  grid-row: 1;
}
.exlab-row[data-bar] .exlab-progress {
  grid-row: 1 / span 2;
}
.exlab-files {
  grid-column: files;
}
.exlab-size {
  grid-column: size;
}
.exlab-last {
  grid-column: last;
}
.exlab-actions {
  grid-column: actions;
  grid-row: 1 / span 2;
}
.exlab-way {
  grid-column: run / actions;
  grid-row: 4;
}
.exlab-note {
  grid-column: run / actions;
  grid-row: 5;
}
.exlab-name {
  display: flex;
  flex-wrap: wrap;
  gap: 0 8px;
  min-width: 0;
  white-space: nowrap;
}
.exlab-leaf {
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  font-variant-numeric: tabular-nums;
  font-weight: 500;
}
.exlab-place {
  display: flex;
  flex: 1 1 200px;
  min-width: 0;
  overflow: hidden;
  color: var(--exlab-quiet);
  white-space: pre;
}
.exlab-cut {
  overflow: hidden;
  text-overflow: ellipsis;
  min-width: 0;
  flex: 0 1 auto;
}
.exlab-place > :first-child {
  flex: none;
  max-width: 100%;
}
.exlab-place > :last-child {
  flex: none;
}
.exlab-place > :empty + :last-child {
  flex: 0 1 auto;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
}
.exlab-badge {
  align-self: center;
  padding: 0 5px;
  font-size: 11px;
  line-height: 16px;
  color: var(--exlab-quiet);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
}
.exlab-why {
  color: var(--exlab-quiet);
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.exlab-row[data-attention] .exlab-why {
  grid-column: run / actions;
  grid-row: 3;
  color: var(--exlab-text);
  white-space: normal;
  overflow-wrap: anywhere;
}
.exlab-way {
  color: var(--exlab-text);
  overflow-wrap: anywhere;
}
.exlab-way code {
  user-select: all;
}
.exlab-note:empty {
  display: none;
}
.exlab-note {
  overflow-wrap: anywhere;
  font-weight: 600;
}
.exlab-note[data-tone=busy] {
  color: var(--exlab-blue);
}
.exlab-note[data-tone=done] {
  color: var(--exlab-green);
}
.exlab-note[data-tone=error] {
  color: var(--exlab-red);
}
.exlab-track {
  display: flex;
  align-items: center;
  gap: 8px;
  min-height: 16px;
}
.exlab-track:has(> [hidden]) {
  display: none;
}
.exlab-rate {
  flex: none;
  color: var(--exlab-quiet);
  font-size: 12px;
  line-height: 16px;
  font-variant-numeric: tabular-nums;
}
.exlab-bar {
  flex: 1;
  height: 6px;
  border-radius: 3px;
  background: var(--exlab-track);
  overflow: hidden;
}
.exlab-fill {
  height: 100%;
  border-radius: 3px;
  background: var(--exlab-tone);
  transition: width 0.4s linear;
}
.exlab-row[data-state=Stalled] .exlab-fill,
.exlab-row[data-state=Paused] .exlab-fill {
  background:
    repeating-linear-gradient(
      -45deg,
      var(--exlab-tone) 0 4px,
      transparent 4px 7px);
}
.exlab-row[data-state=Verifying] .exlab-fill {
  background:
    repeating-linear-gradient(
      90deg,
      var(--exlab-tone) 0 5px,
      transparent 5px 7px);
}
.exlab-percent {
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-number {
  text-align: right;
  white-space: nowrap;
  font-variant-numeric: tabular-nums;
}
.exlab-last {
  color: var(--exlab-quiet);
}
.exlab-actions {
  display: grid;
  grid-template-columns: 108px 40px;
  gap: 4px;
  align-items: center;
  margin-top: -3px;
}
.exlab-actions .exlab-button {
  padding: 2px 4px;
}
.exlab-opened-cell {
  padding: 10px 14px 12px 146px;
  border-bottom: 1px solid var(--exlab-line);
  background: var(--exlab-raised);
}
.exlab-ask p {
  margin: 4px 0;
  max-width: 72ch;
  overflow-wrap: anywhere;
}
.exlab-answers {
  display: flex;
  gap: 8px;
  margin-top: 8px;
}
.exlab-answers .exlab-button {
  padding: 2px 12px;
}
.exlab-log-bar {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 6px;
  margin-bottom: 6px;
}
.exlab-log-path {
  flex: 1;
  min-width: 120px;
  color: var(--exlab-quiet);
}
.exlab-log-lines {
  position: relative;
  max-height: 260px;
  overflow: auto;
  padding: 6px 8px;
  font: 12px/1.5 var(--jp-code-font-family, monospace);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-line);
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.exlab-log-error {
  color: var(--exlab-red);
  font-weight: 700;
}
.exlab-log-warning {
  color: var(--exlab-amber);
}
.exlab-quiet,
.exlab-foot {
  color: var(--exlab-quiet);
}
.exlab-empty {
  padding: 32px 14px;
  text-align: center;
  color: var(--exlab-quiet);
  border-top: 1px solid var(--exlab-line);
}
.exlab-empty p {
  margin: 0 0 8px;
}
.exlab-empty strong {
  color: var(--exlab-text);
  font-weight: 600;
}
.exlab-foot {
  padding: 6px 14px;
  border-top: 1px solid var(--exlab-line);
  font-size: 12px;
  overflow-wrap: anywhere;
}
.exlab-foot:empty {
  display: none;
}
.exlab-chart {
  border-top: 1px solid var(--exlab-line);
}
.exlab-chart-fold {
  display: flex;
  align-items: baseline;
  gap: 7px;
  min-height: 34px;
  padding: 7px 14px;
  cursor: pointer;
  list-style: none;
}
.exlab-chart-fold::-webkit-details-marker {
  display: none;
}
.exlab-chart-fold .exlab-icon {
  align-self: flex-start;
  margin-top: 2px;
  color: var(--exlab-quiet);
}
.exlab-chart[open] .exlab-chart-fold .exlab-icon {
  transform: rotate(90deg);
}
.exlab-chart-title {
  flex: none;
  font-weight: 600;
}
.exlab-chart-sentence {
  flex: 1;
  min-width: 0;
  padding-left: 5px;
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-chart-body {
  display: grid;
  grid-template-columns: 96px minmax(0, 1fr);
  column-gap: 10px;
  padding: 2px 14px 4px;
}
.exlab-chart-label {
  display: flex;
  flex-direction: column;
  font-size: 12px;
  line-height: 15px;
  white-space: nowrap;
}
.exlab-chart-value {
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-chart-plot {
  position: relative;
  cursor: crosshair;
  outline-offset: 2px;
}
.exlab-chart-svg {
  display: block;
  overflow: visible;
}
.exlab-chart-svg * {
  vector-effect: non-scaling-stroke;
}
.exlab-chart-rate {
  fill: var(--exlab-blue);
}
.exlab-chart-disk {
  fill: none;
  stroke: var(--exlab-grey);
  stroke-width: 1.5;
  stroke-linejoin: round;
}
.exlab-chart-disk-area {
  fill: color-mix(in srgb, var(--exlab-grey) 18%, transparent);
}
.exlab-chart-ground {
  fill: none;
  stroke: var(--exlab-edge);
  stroke-width: 1;
}
.exlab-chart-full {
  fill: none;
  stroke: var(--exlab-edge);
  stroke-width: 1;
  stroke-dasharray: 2 4;
}
.exlab-chart-mark {
  fill: none;
  stroke: var(--exlab-edge);
  stroke-width: 1;
}
.exlab-chart-gap {
  fill: var(--exlab-raised);
}
.exlab-chart-svg text {
  fill: var(--exlab-quiet);
  font-size: 11px;
  font-variant-numeric: tabular-nums;
}
.exlab-chart-hand {
  fill: none;
  stroke: var(--exlab-text);
  stroke-width: 1;
}
.exlab-chart-tip {
  position: absolute;
  top: -30px;
  z-index: 2;
  max-width: 100%;
  padding: 3px 8px;
  font-size: 12px;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
  pointer-events: none;
  font-variant-numeric: tabular-nums;
}
.exlab-staging:is([data-link=down], [data-link=refused]) :is(.exlab-row, .exlab-state, .exlab-row .exlab-why, .exlab-note) {
  color: var(--exlab-quiet);
  background: none;
}
.exlab-staging:is([data-link=down], [data-link=refused]) :is(.exlab-bar, .exlab-icon, .exlab-row) {
  filter: grayscale(1);
}
.exlab-staging:is([data-link=down], [data-link=refused]) .exlab-banner .exlab-icon {
  filter: none;
}
.exlab-staging:is([data-link=down], [data-link=refused]) .exlab-bar {
  opacity: 0.6;
}
@container exlab (min-width: 1320px) {
  .exlab-cells,
  .exlab-row {
    grid-template-columns: [pick] 16px [state] 96px [run] minmax(190px, 1fr) [equipment] 116px [project] minmax(130px, 0.5fr) [progress] 220px [files] 96px [size] 62px [last] 90px [actions] 152px [end];
  }
  .exlab-equipment,
  .exlab-th-equipment,
  .exlab-th-project {
    display: block;
  }
  .exlab-equipment {
    grid-column: equipment;
    white-space: nowrap;
  }
  .exlab-project {
    grid-column: project;
    display: flex;
    min-width: 0;
    overflow: hidden;
    white-space: pre;
  }
  .exlab-project > :last-child {
    flex: none;
  }
  .exlab-project > :empty + :last-child {
    flex: 0 1 auto;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .exlab-place {
    display: none;
  }
  .exlab-row[data-attention][data-bar] .exlab-why {
    grid-column: run / progress;
    grid-row: 2;
  }
}
@container exlab (max-width: 1040px) {
  .exlab-cells,
  .exlab-row {
    grid-template-columns: [pick] 16px [state] 92px [run] minmax(190px, 1fr) [progress] 168px [size] 62px [actions] 152px [end];
    column-gap: 10px;
  }
  .exlab-files,
  .exlab-last,
  .exlab-th-files,
  .exlab-th-last {
    display: none;
  }
  .exlab-place {
    flex-basis: 100%;
  }
  .exlab-top {
    flex-wrap: wrap;
    gap: 2px 12px;
  }
  .exlab-summary {
    flex-basis: 100%;
    order: 1;
  }
  .exlab-disk {
    margin-left: auto;
  }
}
@container exlab (max-width: 760px) {
  .exlab-cells,
  .exlab-row {
    grid-template-columns: [pick] 16px [state] 92px [run] minmax(170px, 1fr) [progress] 136px [size] 62px [end];
  }
  .exlab-th-actions {
    display: none;
  }
  .exlab-row[data-attention] .exlab-why,
  .exlab-row:not([data-bar]) .exlab-why,
  .exlab-way,
  .exlab-note {
    grid-column: run / end;
  }
  .exlab-actions {
    grid-column: run / end;
    grid-row: 6;
    margin-top: 4px;
    grid-template-columns: auto auto;
    justify-content: start;
  }
  .exlab-actions > span:empty {
    display: none;
  }
  .exlab-actions .exlab-button {
    padding: 2px 10px;
  }
  .exlab-opened-cell {
    padding-left: 14px;
  }
}
@container exlab (max-width: 560px) {
  .exlab-cells,
  .exlab-row {
    grid-template-columns: [pick state] 18px [run] minmax(0, 1fr) [size] 62px [end];
    column-gap: 8px;
  }
  .exlab-word,
  .exlab-th-progress,
  .exlab-th-state {
    display: none;
  }
  .exlab-row .exlab-pick {
    grid-row: 2;
    margin-top: -2px;
  }
  .exlab-progress,
  .exlab-row[data-bar] .exlab-progress {
    grid-column: run / end;
    grid-row: 2;
  }
  .exlab-why,
  .exlab-row:not([data-bar]) .exlab-why,
  .exlab-row[data-attention] .exlab-why {
    grid-column: run / end;
    grid-row: 3;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .exlab-staging .exlab-search {
    width: 100%;
  }
}
@media (prefers-reduced-motion: reduce) {
  .exlab-fill {
    transition: none;
  }
}
@media (forced-colors: active) {
  .exlab-chart-svg {
    forced-color-adjust: none;
  }
  .exlab-chart-rate {
    fill: Highlight;
  }
  .exlab-chart-gap {
    fill: Canvas;
    stroke: GrayText;
    stroke-dasharray: 2 3;
  }
  .exlab-chart-svg text,
  .exlab-chart-disk-area {
    fill: CanvasText;
  }
  .exlab-chart-disk-area {
    fill-opacity: 0.2;
  }
  .exlab-chart-svg :is(.exlab-chart-disk, .exlab-chart-ground, .exlab-chart-full, .exlab-chart-hand) {
    stroke: CanvasText;
  }
  .exlab-bar,
  .exlab-badge {
    border: 1px solid CanvasText;
  }
  .exlab-fill {
    background: Highlight !important;
    forced-color-adjust: none;
  }
  .exlab-icon {
    color: CanvasText;
  }
  .exlab-icon .exlab-icon-cut {
    stroke: Canvas;
  }
  .exlab-staging .exlab-chip[aria-pressed=true] {
    background: Highlight;
    color: HighlightText;
    forced-color-adjust: none;
  }
}

/* src/lab/lab.css */
.exlab-lab {
  background: var(--jp-layout-color1, #fff);
  overflow: hidden;
}
.exlab-lab > .exlab-staging {
  height: 100%;
  display: flex;
  flex-direction: column;
  border: none;
  border-radius: 0;
  margin: 0;
}
.exlab-lab > .exlab-staging > * {
  flex: none;
}
.exlab-lab > .exlab-staging > .exlab-grid {
  flex: 0 1 auto;
  max-height: none;
  min-height: 120px;
}
.exlab-lab > .exlab-staging > .exlab-foot {
  margin-top: auto;
}
.exlab-statusitem {
  display: flex;
  align-items: center;
  gap: 5px;
  height: 100%;
  padding: 0 6px;
  border: none;
  background: none;
  color: inherit;
  font: inherit;
  line-height: 24px;
  white-space: nowrap;
  cursor: pointer;
  font-variant-numeric: tabular-nums;
}
.exlab-statusitem:hover {
  background: var(--jp-layout-color3, #ddd);
}
.exlab-statusitem:focus-visible {
  outline: 2px solid var(--jp-brand-color1, #0060a8);
  outline-offset: -2px;
}
.exlab-statusitem .exlab-icon {
  width: 14px;
  height: 14px;
}
.exlab-statusitem .exlab-icon-cut {
  stroke: var(--jp-layout-color2, #eee);
}
.exlab-statusitem[data-tone=alert] {
  color: #8a4b00;
  font-weight: 600;
}
.exlab-statusitem[data-tone=good] .exlab-icon {
  color: #00694c;
}
body[data-jp-theme-light=false] .exlab-statusitem[data-tone=alert] {
  color: #f3b64c;
}
body[data-jp-theme-light=false] .exlab-statusitem[data-tone=good] .exlab-icon {
  color: #4fd1a5;
}
.exlab-lab {
  min-width: 320px;
}
@container exlab (max-width: 400px) {
  .exlab-lab .exlab-leaf {
    white-space: normal;
    overflow-wrap: anywhere;
  }
}
`,document.head.append(f);let{baseUrl:_}=e.serviceManager.serverSettings,$=(h=u,d=(o=_,`${o.replace(/\/+$/,"")}/staging`),{overview:e=>h("GET",`${d}/overview${null===e?"":`?since=${e}`}`),forceSync:(e,t)=>h("POST",p(d,e,"force-sync"),t?{even_if_incomplete:!0}:{}),clear:e=>h("POST",p(d,e,"clear"),{},18e5),acknowledge:e=>h("POST",p(d,e,"acknowledge"),{}),order:(e,t)=>h("POST",p(d,e,t),{}),pauseAll:e=>h("POST",`${d}/${e?"pause":"resume"}`,{equipment_id:null}),log:e=>h("GET",p(d,e,"log?lines=500")),activity:()=>h("GET",`${d}/activity`),listen:e=>{var t,a;let i,s,n,r;return t=_,a=e,(i=new URL(`${t.replace(/\/+$/,"")}/api/events/subscribe`,location.href)).protocol=i.protocol.replace("http","ws"),s=null,n=0,(r=()=>{(s=new WebSocket(i)).addEventListener("message",e=>{String(e.data).includes("https://schema.exlab-wizard.org/staging/changed/")&&a()}),s.addEventListener("close",()=>{n=window.setTimeout(r,15e3)})})(),()=>{if(window.clearTimeout(n),!s)return;let e=s;s=null,e.addEventListener("close",()=>window.clearTimeout(n)),e.close()}}}),S=new y($),M=new tC(e,{api:$,feed:S,version:"0.1.0",baseUrl:new URL(_,window.location.href).pathname});for(let t of(x=new O(e,M,S),[(w=(t,a,i)=>(e.commands.addCommand(t,{label:e=>e.isLauncher?"Staging":a,icon:t===L?E:void 0,execute:i}),t))(C,"Open staging panel",()=>M.openSide()),w(L,"Open staging panel in a tab",()=>M.openTab()),...A.map(e=>w(e.id,e.label,t=>x.onRun(e,t))),w("exlab-wizard:clear-verified","Clear verified runs…",async()=>(await M.current()).review()),w("exlab-wizard:pause-all","Pause everything",async()=>(await M.current()).pauseAll(!0)),w("exlab-wizard:resume-all","Resume everything",async()=>(await M.current()).pauseAll(!1)),w(q,"Reveal run…",e=>x.reveal(e)),w("exlab-wizard:open-notebook","Open staging notebook",e=>x.openNotebook(e))]))a?.addItem({command:t,category:"Staging"});i?.add({command:L,category:"Other",args:{isLauncher:!0}}),r?.registerStatusItem(tD,{item:new tB(S,()=>void e.commands.execute(C)),align:"left",rank:5}),t?.add(M.side,M.side.id),t&&t.restore(M.tracker,{command:L,name:()=>"staging"}),c=e,g=S,b=l,v=new tO,k=!0,b?.load(tD).then(e=>{let t=()=>{k=!1!==e.get("notifications").composite};t(),e.changed.connect(t)},e=>{console.warn("exlab-wizard: no settings, so notifications stay on.",e)}),g.listen(()=>{if("live"!==g.feed.link.state)return;let e=v.look([...g.feed.rows.values()]);k&&e.forEach(e=>{var t,a;t=c,void("verified"===(a=e).kind?s.Notification.success(a.text,{autoClose:1e4}):s.Notification.error(a.text,{autoClose:!1,actions:[{label:"Show run",callback:()=>void t.commands.execute(q,{run:a.path})}]}))})}),S.start();let T=(m=new URL(window.location.href)).searchParams.get(tL)??new URLSearchParams(m.hash.replace(/^#/,"")).get(tL)??"";T&&e.restored.then(()=>e.commands.execute(q,{run:T}))}};a.d(t,{},{default:tI})}}]);